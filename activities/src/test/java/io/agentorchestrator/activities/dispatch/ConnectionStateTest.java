package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.agent.AgentListener;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.HostResolver;
import io.agentorchestrator.store.address.Network;
import io.agentorchestrator.store.address.ServiceAddress;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.selector.AgentTraits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker says how it fares with each agent, and connects only to where agents may be. */
class ConnectionStateTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    private final List<ServiceAddress> services = new ArrayList<>();
    private final List<AgentConnection> told = new ArrayList<>();
    private AgentConnections connections = connections(agent -> ScriptedAgent.proofKey(agent.agentId()));

    @AfterEach
    void close() {
        connections.close();
    }

    @Test
    void anAgentThatIsWellIsConnected() {
        try (ScriptedAgent agent = new ScriptedAgent("a")) {
            assertThat(stateAt(agent.address())).isEqualTo(AgentConnectionState.CONNECTED);
            assertThat(told.getLast().detail()).isEmpty();
        }
    }

    @Test
    void whereNobodyListensItSaysSoOnceAndThenThatItIsBack() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(stateAt("127.0.0.1:" + port)).isEqualTo(AgentConnectionState.REFUSED);
        assertThat(told.getLast().detail()).contains("nobody listens at 127.0.0.1:" + port);

        await().during(Duration.ofSeconds(4))
                .atMost(LIMIT)
                .until(() -> connections.takeChanges().isEmpty());
        assertThat(connections.told()).hasSize(1);
    }

    @Test
    void anImpostorIsKnownAsOne() {
        try (ScriptedAgent agent = new ScriptedAgent("a").impostor()) {
            assertThat(stateAt(agent.address())).isEqualTo(AgentConnectionState.WRONG_PROOF);
            assertThat(told.getLast().detail()).contains("could not prove to be agent a", "restart the agent");
        }
    }

    @Test
    void silenceIsKnownAsSilence() {
        try (ScriptedAgent agent = new ScriptedAgent("a")) {
            agent.stall();
            assertThat(stateAt(agent.address())).isEqualTo(AgentConnectionState.SILENT);
        }
    }

    @Test
    void aNameThatIsNotKnownIsAskedForUntilItIs() {
        try (ScriptedAgent agent = new ScriptedAgent("a")) {
            String address = agent.address().replace("127.0.0.1", "agent.test");
            assertThat(stateAt(address)).isEqualTo(AgentConnectionState.UNRESOLVABLE);
            assertThat(told.getLast().detail()).contains("agent.test");

            names.put("agent.test", List.of(InetAddress.getLoopbackAddress()));

            assertThat(nextState()).isEqualTo(AgentConnectionState.CONNECTED);
        }
    }

    @Test
    void aNameThatHasComeToMeanAForbiddenAddressIsNotConnectedTo() {
        try (ScriptedAgent agent = new ScriptedAgent("a")) {
            String address = agent.address().replace("127.0.0.1", "agent.test");
            names.put("agent.test", List.of(InetAddress.getLoopbackAddress()));
            assertThat(stateAt(address)).isEqualTo(AgentConnectionState.CONNECTED);

            names.put("agent.test", List.of(InetAddress.ofLiteral("169.254.169.254")));
            agent.breakStreams();

            assertThat(nextState()).isEqualTo(AgentConnectionState.FORBIDDEN);
            assertThat(told.getLast().detail()).contains("169.254.169.254");
        }
    }

    @Test
    void ourOwnServicesAreNotConnectedToWhateverTheRegistrySays() throws IOException {
        try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            services.add(new ServiceAddress("PostgreSQL", "127.0.0.1", service.getLocalPort()));
            connections.close();
            connections = connections(agent -> new byte[] {1});

            assertThat(stateAt("127.0.0.2:" + service.getLocalPort())).isEqualTo(AgentConnectionState.FORBIDDEN);
            assertThat(told.getLast().detail()).contains("PostgreSQL");
        }
    }

    private AgentConnections connections(Function<FleetAgent, byte[]> keys) {
        return new AgentConnections(
                "worker",
                new Nobody(),
                keys,
                new AddressCheck(Network.PRIVATE, services, this::resolve),
                Clock.systemUTC());
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        List<InetAddress> found = names.get(host);
        if (found != null) {
            return found;
        }
        if (host.endsWith(".test")) {
            throw new UnknownHostException(host);
        }
        return HostResolver.ofSystem().resolve(host);
    }

    private AgentConnectionState stateAt(String address) {
        connections.fleet(List.of(new FleetAgent(
                "a",
                Set.of("t"),
                null,
                AgentTraits.NONE,
                "t",
                address,
                1,
                0,
                new byte[] {1},
                Instant.EPOCH,
                true,
                BreakerPhase.CLOSED,
                Duration.ZERO)));
        return nextState();
    }

    private AgentConnectionState nextState() {
        int before = told.size();
        await().atMost(LIMIT).until(() -> {
            told.addAll(connections.takeChanges());
            return told.size() > before;
        });
        return told.getLast().state();
    }

    private static final class Nobody implements AgentListener {
        @Override
        public void connected(FleetAgent agent, boolean preempts) {}

        @Override
        public void disconnected(FleetAgent agent, StreamEnd end, String reason) {}

        @Override
        public void unreachable(FleetAgent agent, StreamEnd end, String reason) {}

        @Override
        public void congested(FleetAgent agent, boolean is) {}

        @Override
        public void told(FleetAgent agent, AgentEvent.Load load) {}

        @Override
        public boolean heard(FleetAgent agent, AgentEvent event) {
            return true;
        }

        @Override
        public void outcomeRepeated(FleetAgent agent) {}
    }
}
