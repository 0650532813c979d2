package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.dispatch.WatchKeeper;
import io.agentorchestrator.worker.loop.Looped;
import io.agentorchestrator.worker.loop.StoreLoop;
import io.agentorchestrator.worker.loop.Wake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Has the {@link WatchKeeper} look around again and again, as long as this worker runs. */
public final class WatchLoop implements Looped {
    private static final Logger LOG = LoggerFactory.getLogger(WatchLoop.class);

    private final WatchKeeper keeper;
    private final StoreLoop loop;

    /** Begins once started. */
    public WatchLoop(WatchKeeper keeper) {
        this.keeper = keeper;
        Wake never = new Wake();
        this.loop = new StoreLoop("watch", WatchKeeper.EVERY, never, this::round);
    }

    @Override
    public StoreLoop loop() {
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
