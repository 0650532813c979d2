package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Keeps one channel and one stream to each agent, and opens a new stream where the last one broke. Thread-safe. */
public final class AgentConnections implements AutoCloseable {
    /** How long an agent may go on without contact: longer than the dispatch heartbeat timeout plus re-attach. */
    public static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration RENEW_EVERY = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private final String workerId;
    private final Clock clock;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final List<StreamListener> streamListeners = new CopyOnWriteArrayList<>();
    private final ScheduledFuture<?> renewals;
    private final StreamListener all = new StreamListener() {
        @Override
        public void ended(FleetAgent agent, StreamEnd end, boolean welcomed) {
            streamListeners.forEach(listener -> listener.ended(agent, end, welcomed));
        }

        @Override
        public void outcomeRepeated(FleetAgent agent) {
            streamListeners.forEach(listener -> listener.outcomeRepeated(agent));
        }
    };
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agent-streams").factory());

    public AgentConnections(String workerId, Clock clock) {
        this(workerId, clock, RENEW_EVERY);
    }

    /**
     * Renews leases by a rhythm of its own.
     *
     * @param renewEvery how often agents are asked; well below their leases
     */
    public AgentConnections(String workerId, Clock clock, Duration renewEvery) {
        this.workerId = workerId;
        this.clock = clock;
        renewals = timer.scheduleAtFixedRate(
                () -> connections
                        .values()
                        .forEach(connection -> connection.stream().renew()),
                renewEvery.toMillis(),
                renewEvery.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Hears of all streams from now on. */
    public void listen(StreamListener listener) {
        streamListeners.add(listener);
    }

    /** Hands a task over; everything that follows reaches the listener, a broken stream included. */
    public void start(FleetAgent agent, StartOrder order, DispatchListener listener) {
        stream(agent).send(order.ref(), listener, ProtocolMapping.start(order));
    }

    /** Asks to hear of a task that was dispatched before. */
    public void attach(FleetAgent agent, DispatchRef ref, DispatchListener listener) {
        stream(agent).attach(ref, listener);
    }

    /** Tells the agent to stop; the outcome reaches whoever listens. */
    public void cancel(FleetAgent agent, DispatchRef ref, String reason) {
        stream(agent).send(ProtocolMapping.cancel(ref, reason));
    }

    /** Tells the agent that these outcomes are recorded. */
    public void acknowledge(FleetAgent agent, List<DispatchRef> refs) {
        stream(agent).send(ProtocolMapping.acknowledge(refs));
    }

    /** Stops listening; the task goes on. */
    public void forget(String agentId, DispatchRef ref, DispatchListener listener) {
        Connection connection = connections.get(agentId);
        if (connection != null) {
            connection.stream().forget(ref, listener);
        }
    }

    /** Closes the connections to agents that are no longer there. */
    public void retain(Set<String> agentIds) {
        Set<String> gone = connections.keySet().stream()
                .filter(id -> !agentIds.contains(id))
                .collect(Collectors.toSet());
        for (String agentId : gone) {
            Connection connection = connections.remove(agentId);
            if (connection != null) {
                connection.close("agent " + agentId + " is no longer registered, or lost");
            }
        }
    }

    @Override
    public void close() {
        renewals.cancel(false);
        timer.shutdownNow();
        retain(Set.of());
    }

    private AgentStream stream(FleetAgent agent) {
        return connections
                .compute(agent.agentId(), (id, known) -> {
                    if (known != null && known.agent().address().equals(agent.address())) {
                        return known.stream().isBroken() ? open(agent, known.channel()) : known;
                    }
                    if (known != null) {
                        known.close("agent " + id + " moved to " + agent.address());
                    }
                    return open(agent, channel(agent));
                })
                .stream();
    }

    private Connection open(FleetAgent agent, ManagedChannel channel) {
        AgentStream stream = new AgentStream(agent, all, clock);
        stream.open(channel, workerId);
        ScheduledFuture<?> _ =
                timer.schedule(stream::expireHandshake, HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return new Connection(agent, channel, stream);
    }

    private static ManagedChannel channel(FleetAgent agent) {
        return NettyChannelBuilder.forTarget(agent.address())
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build();
    }

    private record Connection(FleetAgent agent, ManagedChannel channel, AgentStream stream) {
        void close(String reason) {
            stream.close(StreamEnd.CLOSED_BY_US, reason);
            channel.shutdown();
        }
    }
}
