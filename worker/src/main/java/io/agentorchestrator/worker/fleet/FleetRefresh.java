package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.dispatch.Dispatcher;
import io.agentorchestrator.store.fleet.FleetStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/** Reads the registry every second, and when told that it changed, and has dispatch and the streams to agents go by it. */
public final class FleetRefresh implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRefresh.class);
    private static final long REFRESH_MILLIS = 1_000;
    private static final long TELL_MILLIS = 100;
    private static final long HEARD_MILLIS = 3_000;

    private final AgentDirectory directory;
    private final AgentConnections connections;
    private final Dispatcher dispatcher;
    private final FleetStore store;
    private final Runnable onChange;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fleet").factory());
    private volatile boolean running;

    /**
     * Begins once started.
     *
     * @param onChange runs when agents came, went or changed
     */
    public FleetRefresh(
            AgentDirectory directory,
            AgentConnections connections,
            Dispatcher dispatcher,
            FleetStore store,
            Runnable onChange) {
        this.directory = directory;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.store = store;
        this.onChange = onChange;
    }

    @Override
    public void start() {
        running = true;
        var _ = timer.scheduleWithFixedDelay(this::refresh, 0, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(this::tell, TELL_MILLIS, TELL_MILLIS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(this::noteHeard, HEARD_MILLIS, HEARD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        timer.shutdownNow();
        dispatcher.close();
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
        guarded("reading the registry", () -> {
            var before = directory.agents();
            directory.refresh();
            var now = directory.agents();
            dispatcher.fleet(now.values()); // first: it must know an agent when a stream to it is open
            connections.fleet(now.values());
            if (!before.keySet().equals(now.keySet())) {
                LOG.info("{} agents are registered", now.size());
                onChange.run();
            }
        });
    }

    private void tell() {
        guarded(
                "telling dispatch of agents",
                () -> dispatcher.fleet(directory.agents().values()));
    }

    private void noteHeard() {
        guarded("noting which agents answer", () -> store.heard(connections.takeAlive()));
    }

    private static void guarded(String what, Runnable step) {
        try {
            step.run();
        } catch (DataAccessException away) {
            LOG.debug("{} is not possible for the moment", what, away);
        } catch (RuntimeException unexpected) {
            LOG.error("{} failed", what, unexpected);
        }
    }
}
