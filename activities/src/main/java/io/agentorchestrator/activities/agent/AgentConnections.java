package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.grpc.ClientInterceptor;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one stream to each registered agent, and opens a new one where the last one broke. Thread-safe. */
public final class AgentConnections implements AutoCloseable {
    /** Time an agent may go on without contact: longer than a worker may sleep, and than another takes to adopt its tasks. */
    public static final Duration LEASE = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(AgentConnections.class);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_TICK = Duration.ofMillis(50);

    private final AgentStream.Terms terms;
    private final AddressCheck addresses;
    private final List<ClientInterceptor> interceptors;
    private final ConnectionStates states;
    private final Map<String, AgentChannel> connections = new ConcurrentHashMap<>();
    private final Set<String> alive = ConcurrentHashMap.newKeySet();
    private final StepGuard guard = new StepGuard(LOG, "looking after the stream to an agent");
    private final List<PollLoop> loops;

    /**
     * Opens nothing until it is told of agents.
     *
     * @param proofKeys of proofs by which this worker and an agent know each other
     * @param clock by which agents tell a stale Hello
     * @param interceptors of every call, such as those that measure it
     */
    public AgentConnections(
            String workerId,
            AgentListener listener,
            Function<FleetAgent, byte[]> proofKeys,
            AddressCheck addresses,
            Clock clock,
            ClientInterceptor... interceptors) {
        this(workerId, listener, proofKeys, addresses, clock, RENEW_EVERY, interceptors);
    }

    /**
     * Renews leases by a rhythm of its own.
     *
     * @param renewEvery how often agents are asked; well below their leases
     */
    public AgentConnections(
            String workerId,
            AgentListener listener,
            Function<FleetAgent, byte[]> proofKeys,
            AddressCheck addresses,
            Clock clock,
            Duration renewEvery,
            ClientInterceptor... interceptors) {
        this.states = new ConnectionStates(clock);
        this.terms = new AgentStream.Terms(workerId, listener, alive::add, states, proofKeys, clock);
        this.addresses = addresses;
        this.interceptors = List.of(interceptors);
        this.loops = List.of(
                new PollLoop(
                        "lease-renewal",
                        renewEvery,
                        () -> forEach(channel -> channel.stream().renew())),
                new PollLoop("stream-opening", RETRY_TICK, () -> forEach(this::reopenWhenDue)));
        loops.forEach(PollLoop::start);
    }

    /** The agents that there are from now on; connections to others are closed. */
    public void fleet(Collection<FleetAgent> agents) {
        Set<String> present = agents.stream().map(FleetAgent::agentId).collect(Collectors.toSet());
        states.keepOnly(present);
        connections.forEach((agentId, connection) -> {
            if (!present.contains(agentId) && connections.remove(agentId, connection)) {
                guard.run(() -> connection.close("agent " + agentId + " is no longer registered, or lost"));
            }
        });
        agents.forEach(agent -> guard.run(() -> connect(agent)));
    }

    private void connect(FleetAgent agent) {
        AgentChannel known = connections.get(agent.agentId());
        if (known != null && !known.isTo(agent)) {
            known.close("agent " + agent.agentId() + " registered anew");
            connections.remove(agent.agentId(), known);
            known = null;
        }
        if (known == null) {
            AgentChannel opened = new AgentChannel(agent, terms, addresses, interceptors);
            connections.put(agent.agentId(), opened);
            open(opened);
        }
    }

    public boolean isConnected(String agentId) {
        AgentChannel connection = connections.get(agentId);
        return connection != null && connection.stream().isWelcomed();
    }

    /** Tells how this worker fares with agents, where that has changed since this was asked last, and lasts. Each is logged. */
    public List<AgentConnection> takeChanges() {
        return states.takeChanges().stream().map(AgentConnections::logged).toList();
    }

    /** Tells how this worker fares with all agents of which it has told. */
    public List<AgentConnection> told() {
        return states.told();
    }

    private static AgentConnection logged(ConnectionStates.Change change) {
        AgentConnection now = change.connection();
        if (now.state() != AgentConnectionState.CONNECTED) {
            LOG.warn("Agent {} cannot be spoken to ({}): {}", now.agentId(), now.state(), now.detail());
        } else if (change.before() != null) {
            LOG.info("Agent {} can be spoken to again", now.agentId());
        }
        return now;
    }

    /** Agents that have answered Renew since this was asked last: as good as their heartbeats. */
    public Set<String> takeAlive() {
        Set<String> taken = Set.copyOf(alive);
        alive.removeAll(taken);
        return taken;
    }

    /** Sends a task. */
    public void start(String agentId, StartRequest order) {
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

    /** Tells the agent to end the task within the grace, so that another gets its slot. */
    public void preempt(String agentId, DispatchRef ref, Duration grace) {
        send(agentId, ProtocolMapping.preempt(ref, grace));
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
        forEach(channel -> channel.stream().readOn());
    }

    @Override
    public void close() {
        loops.forEach(PollLoop::stop);
        fleet(List.of());
    }

    private void send(String agentId, ToAgent message) {
        on(agentId, stream -> stream.send(message));
    }

    private void on(String agentId, Consumer<AgentStream> step) {
        AgentChannel connection = connections.get(agentId);
        if (connection != null) {
            step.accept(connection.stream());
        }
    }

    private void open(AgentChannel channel) {
        AgentStream opened = channel.stream();
        guard.after(HANDSHAKE_TIMEOUT, opened::expireHandshake);
        channel.open();
    }

    private void reopenWhenDue(AgentChannel channel) {
        if (channel.reopensNow()) {
            open(channel);
        }
    }

    /** One agent must not end the renewal of all others' leases. */
    private void forEach(Consumer<AgentChannel> step) {
        connections.values().forEach(channel -> guard.run(() -> step.accept(channel)));
    }
}
