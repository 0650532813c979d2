package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.dispatch.AgentSlots;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/** Reads the registry every second, and when told that it changed, and serves those who wait for slots. */
public final class FleetRefresh implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRefresh.class);
    private static final long REFRESH_MILLIS = 1_000;
    private static final long SERVE_MILLIS = 100;

    private final AgentDirectory directory;
    private final AgentConnections connections;
    private final AgentSlots slots;
    private final Runnable onChange;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fleet").factory());
    private volatile boolean running;

    /**
     * Begins once started.
     *
     * @param onChange runs when agents came, went or changed
     */
    public FleetRefresh(AgentDirectory directory, AgentConnections connections, AgentSlots slots, Runnable onChange) {
        this.directory = directory;
        this.connections = connections;
        this.slots = slots;
        this.onChange = onChange;
    }

    @Override
    public void start() {
        running = true;
        var _ = timer.scheduleWithFixedDelay(this::refresh, 0, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(this::serve, SERVE_MILLIS, SERVE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        timer.shutdownNow();
        connections.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The end of it comes after the Temporal workers', whose batches use the agents. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** Has the registry read soon. */
    public void soon() {
        if (running) {
            timer.execute(this::refresh);
        }
    }

    private void refresh() {
        try {
            var before = directory.agents();
            directory.refresh();
            if (!before.keySet().equals(directory.agents().keySet())) {
                connections.retain(directory.agents().keySet());
                LOG.info("{} agents are live", directory.agents().size());
                onChange.run();
            }
        } catch (DataAccessException away) {
            LOG.debug("the registry cannot be read for the moment", away);
        } catch (RuntimeException unexpected) {
            LOG.error("reading the registry failed", unexpected);
        }
    }

    private void serve() {
        try {
            slots.serveLines();
        } catch (RuntimeException unexpected) {
            LOG.error("serving the lines for slots failed", unexpected);
        }
    }
}
