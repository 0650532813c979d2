package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one stream to each registered agent, and opens a new one where the last one broke. Thread-safe. */
public final class AgentConnections implements AutoCloseable {
    /** How long an agent may go on without contact: longer than a worker may sleep, and another one takes to adopt its tasks. */
    public static final Duration LEASE = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(AgentConnections.class);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final Duration RETRY_TICK = Duration.ofMillis(50);
    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private final String workerId;
    private final AgentListener listener;
    private final Clock clock;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final Set<String> alive = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agent-streams").factory());

    /** Opens nothing until it is told of agents. */
    public AgentConnections(String workerId, AgentListener listener, Clock clock) {
        this(workerId, listener, clock, RENEW_EVERY);
    }

    /**
     * Renews leases by a rhythm of its own.
     *
     * @param clock by which agents tell a stale Hello
     * @param renewEvery how often agents are asked; well below their leases
     */
    public AgentConnections(String workerId, AgentListener listener, Clock clock, Duration renewEvery) {
        this.workerId = workerId;
        this.listener = new Answers(listener);
        this.clock = clock;
        every(renewEvery, Connection::renew);
        every(RETRY_TICK, Connection::reopenWhenDue);
    }

    /** The agents that there are from now on; connections to others are closed. */
    public void fleet(Collection<FleetAgent> agents) {
        Set<String> present = agents.stream().map(FleetAgent::agentId).collect(Collectors.toSet());
        connections.forEach((agentId, connection) -> {
            if (!present.contains(agentId) && connections.remove(agentId, connection)) {
                connection.close("agent " + agentId + " is no longer registered, or lost");
            }
        });
        for (FleetAgent agent : agents) {
            Connection known = connections.get(agent.agentId());
            if (known != null && !known.isTo(agent)) {
                known.close("agent " + agent.agentId() + " registered anew");
                connections.remove(agent.agentId(), known);
                known = null;
            }
            if (known == null) {
                Connection opened = new Connection(agent);
                connections.put(agent.agentId(), opened);
                opened.open();
            }
        }
    }

    public boolean isConnected(String agentId) {
        Connection connection = connections.get(agentId);
        return connection != null && connection.stream.isWelcomed();
    }

    /** Agents that have answered Renew since this was asked last: as good as their heartbeats. */
    public Set<String> takeAlive() {
        Set<String> taken = Set.copyOf(alive);
        alive.removeAll(taken);
        return taken;
    }

    /** Sends a task. */
    public void start(String agentId, StartOrder order) {
        send(agentId, ProtocolMapping.start(order));
    }

    /** Asks to hear of tasks that were dispatched before. */
    public void attach(String agentId, List<DispatchRef> refs) {
        on(agentId, stream -> stream.attach(refs));
    }

    /** Tells the agent to stop. */
    public void cancel(String agentId, DispatchRef ref, String reason) {
        send(agentId, ProtocolMapping.cancel(ref, reason));
    }

    /** Tells the agent that these outcomes are recorded. */
    public void acknowledge(String agentId, List<DispatchRef> refs) {
        send(agentId, ProtocolMapping.acknowledge(refs));
    }

    /** Tells the agent how many tasks wait here for its slots. */
    public void demand(String agentId, int waiting) {
        send(agentId, ProtocolMapping.demand(waiting));
    }

    /** Reads on from all agents. */
    public void readOn() {
        connections.values().forEach(connection -> connection.stream.readOn());
    }

    @Override
    public void close() {
        timer.shutdownNow();
        fleet(List.of());
    }

    private void send(String agentId, ToAgent message) {
        on(agentId, stream -> stream.send(message));
    }

    private void on(String agentId, Consumer<AgentStream> step) {
        Connection connection = connections.get(agentId);
        if (connection != null) {
            step.accept(connection.stream);
        }
    }

    private void every(Duration period, Consumer<Connection> step) {
        ScheduledFuture<?> _ = timer.scheduleAtFixedRate(
                () -> connections.values().forEach(connection -> guarded(connection, step)),
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** One agent must not end the renewal of all others' leases. */
    private static void guarded(Connection connection, Consumer<Connection> step) {
        try {
            step.accept(connection);
        } catch (RuntimeException unexpected) {
            LOG.error("the stream to agent {} could not be looked after", connection.agent.agentId(), unexpected);
        }
    }

    /** The way to one agent at one address: a channel, and the stream of the moment. */
    private final class Connection {
        private final FleetAgent agent;
        private final ManagedChannel channel;
        private volatile AgentStream stream;
        private volatile boolean closed;
        private int failures;
        private long retryAtNanos;

        Connection(FleetAgent agent) {
            this.agent = agent;
            this.channel = NettyChannelBuilder.forTarget(agent.address())
                    .usePlaintext()
                    .directExecutor()
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    .build();
            this.stream = new AgentStream(agent, listener, clock);
        }

        boolean isTo(FleetAgent other) {
            return agent.address().equals(other.address())
                    && java.util.Arrays.equals(agent.credentialSha256(), other.credentialSha256());
        }

        void open() {
            AgentStream opened = stream;
            opened.open(channel, workerId);
            ScheduledFuture<?> _ =
                    timer.schedule(opened::expireHandshake, HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }

        void renew() {
            stream.renew();
        }

        void reopenWhenDue() {
            AgentStream current = stream;
            if (closed || !current.isBroken()) {
                failures = current.isWelcomed() ? 0 : failures;
                return;
            }
            long now = System.nanoTime();
            if (retryAtNanos == 0) {
                long wait = Math.min(LAST_RETRY.toNanos(), FIRST_RETRY.toNanos() << Math.min(failures, 10));
                failures++;
                retryAtNanos = now + wait;
            } else if (now - retryAtNanos >= 0) {
                retryAtNanos = 0;
                channel.resetConnectBackoff();
                stream = new AgentStream(agent, listener, clock);
                open();
            }
        }

        void close(String reason) {
            closed = true;
            stream.close(StreamEnd.CLOSED_BY_US, reason);
            channel.shutdown();
        }
    }

    /** Notes who answers. */
    private final class Answers implements AgentListener {
        private final AgentListener next;

        Answers(AgentListener next) {
            this.next = next;
        }

        @Override
        public void connected(FleetAgent agent) {
            next.connected(agent);
        }

        @Override
        public void disconnected(FleetAgent agent, StreamEnd end, String reason) {
            next.disconnected(agent, end, reason);
        }

        @Override
        public void unreachable(FleetAgent agent, StreamEnd end, String reason) {
            next.unreachable(agent, end, reason);
        }

        @Override
        public void congested(FleetAgent agent, boolean is) {
            next.congested(agent, is);
        }

        @Override
        public void told(FleetAgent agent, AgentEvent.Load load) {
            alive.add(agent.agentId());
            next.told(agent, load);
        }

        @Override
        public boolean heard(FleetAgent agent, AgentEvent event) {
            return next.heard(agent, event);
        }

        @Override
        public void outcomeRepeated(FleetAgent agent) {
            next.outcomeRepeated(agent);
        }
    }
}
