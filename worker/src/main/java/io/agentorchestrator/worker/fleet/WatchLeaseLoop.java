package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.dispatch.WatchLeases;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Has the {@link WatchLeases} look around again and again, as long as this worker runs. */
public final class WatchLeaseLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WatchLeaseLoop.class);

    private final WatchLeases keeper;
    private final PollLoop loop;

    /** Begins once started. */
    public WatchLeaseLoop(WatchLeases keeper) {
        this.keeper = keeper;
        this.loop = new PollLoop("watch", WatchLeases.EVERY, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    @Override
    public void stop() {
        loop.stop();
        try {
            keeper.leave();
        } catch (DataAccessException away) {
            LOG.debug("others will notice by themselves that this worker has stopped", away);
        }
    }

    private void round() {
        while (keeper.round() && loop.isRunning()) {
            // there is more to adopt
        }
    }
}
