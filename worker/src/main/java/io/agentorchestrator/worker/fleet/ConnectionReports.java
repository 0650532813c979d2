package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Writes down how this worker fares with agents, for readers: what changed at once, and all of it now and then. */
public final class ConnectionReports implements LoopLifecycle {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration ALL_EVERY = Duration.ofSeconds(30);

    private final String workerId;
    private final AgentConnections connections;
    private final AgentConnectionStore store;
    /** By agent; what could not be written stays. */
    private final Map<String, AgentConnection> unwritten = new HashMap<>();

    private final PollLoop loop;
    private long allNanos = System.nanoTime();

    /** Begins once started. */
    public ConnectionReports(String workerId, AgentConnections connections, AgentConnectionStore store) {
        this.workerId = workerId;
        this.connections = connections;
        this.store = store;
        this.loop = new PollLoop("connections", EVERY, this::report);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private void report() {
        connections.takeChanges().forEach(this::add);
        boolean all = System.nanoTime() - allNanos >= ALL_EVERY.toNanos();
        if (all) {
            allNanos = System.nanoTime();
            unwritten.clear();
            connections.told().forEach(this::add);
        }
        if (!unwritten.isEmpty()) {
            store.write(workerId, unwritten.values());
            unwritten.clear();
        }
        if (all) {
            store.forgetGone();
        }
    }

    private void add(AgentConnection connection) {
        unwritten.put(connection.agentId(), connection);
    }
}
