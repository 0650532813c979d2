package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.dispatch.Dispatcher;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.setting.SchedulingStrategy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the registry every second, and when told that it changed, and has dispatch and the streams to agents go by it. */
public final class FleetRefresh implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRefresh.class);
    private static final Duration REFRESH_EVERY = Duration.ofSeconds(1);
    private static final Duration PUBLISH_EVERY = Duration.ofMillis(100);
    private static final Duration HEARD_EVERY = Duration.ofSeconds(3);

    private final AgentDirectory directory;
    private final AgentConnections connections;
    private final Dispatcher dispatcher;
    private final Supplier<SchedulingStrategy> strategy;
    private final Supplier<Duration> preemptionAfter;
    private final FleetStore store;
    private final Runnable onChange;
    private final PollLoop refreshing = new PollLoop("registry", REFRESH_EVERY, this::refresh);
    private final PollLoop publishing = new PollLoop("fleet", PUBLISH_EVERY, this::publishFleet);
    private final PollLoop noting = new PollLoop("agents-heard", HEARD_EVERY, this::noteHeard);

    /**
     * Begins once started.
     *
     * @param strategy by which tasks are placed, asked for often
     * @param preemptionAfter how long urgent tasks wait for a slot before others are stopped for them, asked for often
     * @param onChange runs when agents came, went or changed
     */
    public FleetRefresh(
            AgentDirectory directory,
            AgentConnections connections,
            Dispatcher dispatcher,
            Supplier<SchedulingStrategy> strategy,
            Supplier<Duration> preemptionAfter,
            FleetStore store,
            Runnable onChange) {
        this.directory = directory;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.strategy = strategy;
        this.preemptionAfter = preemptionAfter;
        this.store = store;
        this.onChange = onChange;
    }

    @Override
    public PollLoop loop() {
        return refreshing;
    }

    @Override
    public void start() {
        refreshing.start();
        publishing.start();
        noting.start();
    }

    @Override
    public void stop() {
        refreshing.stop();
        publishing.stop();
        noting.stop();
        dispatcher.close();
        connections.close();
    }

    /** The end of it comes after the Temporal workers', whose batches use the agents. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** Has the registry read soon. */
    public void soon() {
        refreshing.wake();
    }

    private void refresh() {
        Set<String> before = directory.agents().keySet();
        directory.refresh();
        Map<String, FleetAgent> now = directory.agents();
        synchronized (this) {
            publishFleet(); // first: it must know an agent when a stream to it is open
            connections.fleet(now.values());
        }
        if (!before.equals(now.keySet())) {
            LOG.info("{} agents are registered", now.size());
            onChange.run();
        }
    }

    private synchronized void publishFleet() {
        dispatcher.placeBy(strategy.get());
        dispatcher.preemptAfter(preemptionAfter.get());
        dispatcher.fleet(directory.agents().values());
    }

    private void noteHeard() {
        store.heard(connections.takeAlive());
    }
}
