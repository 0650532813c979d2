package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.dispatch.Dispatcher;
import io.agentorchestrator.activities.loop.Timer;
import io.agentorchestrator.store.fleet.FleetStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Reads the registry every second, and when told that it changed, and has dispatch and the streams to agents go by it. */
public final class FleetRefresh implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRefresh.class);
    private static final Duration REFRESH_EVERY = Duration.ofSeconds(1);
    private static final Duration TELL_EVERY = Duration.ofMillis(100);
    private static final Duration HEARD_EVERY = Duration.ofSeconds(3);
    private static final String READING = "reading the registry";

    private final AgentDirectory directory;
    private final AgentConnections connections;
    private final Dispatcher dispatcher;
    private final FleetStore store;
    private final Runnable onChange;
    private final Timer timer = new Timer(LOG, "fleet");
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
        timer.every(REFRESH_EVERY, Duration.ZERO, READING, this::refresh);
        timer.every(TELL_EVERY, TELL_EVERY, "telling dispatch of agents", this::tell);
        timer.every(HEARD_EVERY, HEARD_EVERY, "noting which agents answer", this::noteHeard);
    }

    @Override
    public void stop() {
        running = false;
        timer.stop();
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
            boolean _ = timer.soon(READING, this::refresh);
        }
    }

    private void refresh() {
        var before = directory.agents();
        directory.refresh();
        var now = directory.agents();
        dispatcher.fleet(now.values()); // first: it must know an agent when a stream to it is open
        connections.fleet(now.values());
        if (!before.keySet().equals(now.keySet())) {
            LOG.info("{} agents are registered", now.size());
            onChange.run();
        }
    }

    private void tell() {
        dispatcher.fleet(directory.agents().values());
    }

    private void noteHeard() {
        store.heard(connections.takeAlive());
    }
}
