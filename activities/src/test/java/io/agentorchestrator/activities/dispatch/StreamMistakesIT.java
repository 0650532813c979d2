package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.agent.AgentListener;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.HostResolver;
import io.agentorchestrator.store.address.Network;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.selector.AgentTraits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Mistakes of ours on the streams to agents: no agent is blamed for it, and no other one suffers. */
class StreamMistakesIT {
    private static final Duration RENEW_EVERY = Duration.ofMillis(20);

    private final Logger log = (Logger) LoggerFactory.getLogger("io.agentorchestrator.activities.agent");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ScriptedAgent one = new ScriptedAgent("one");
    private final ScriptedAgent other = new ScriptedAgent("other");
    private final Listener listener = new Listener();
    private AgentConnections connections = connections(agent -> ScriptedAgent.proofKey(agent.agentId()));

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void close() {
        connections.close();
        one.close();
        other.close();
        log.detachAppender(lines);
    }

    enum Throws {
        EXCEPTION,
        ARGUMENT,
        ERROR
    }

    @ParameterizedTest
    @EnumSource
    void aStreamGoesOnThoughWhoeverHearsOfItFails(Throws what) {
        connections.fleet(List.of(agent(one)));
        Awaitility.await().until(() -> connections.isConnected("one"));
        listener.failWith(what, 2);

        for (int i = 0; i < 4; i++) {
            ask(i);
        }

        Awaitility.await().until(() -> listener.heard.size() == 2);
        assertThat(connections.isConnected("one")).isTrue();
        assertThat(listener.ended).isEmpty();
        assertThat(errors()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenStreamIsOpenedAnewThoughWhoeverHearsOfItFails(Throws what) {
        connections.fleet(List.of(agent(one)));
        Awaitility.await().until(() -> connections.isConnected("one"));
        listener.failWith(what, 1);

        one.breakStreams();

        Awaitility.await()
                .until(() -> Collections.frequency(one.heard, "HELLO") == 2 && connections.isConnected("one"));
        assertThat(errors()).isNotEmpty();
    }

    /** Whatever concerns the one agent fails from now on: its registration, and every try to open its stream. */
    @ParameterizedTest
    @EnumSource
    void leasesAtOthersAreRenewedThoughOneAgentCannotBeSpokenTo(Throws what) {
        AtomicInteger failures = new AtomicInteger();
        connections.close();
        connections = connections(agent -> {
            if (agent.agentId().equals("one")
                    && (failures.get() > 0 || Collections.frequency(one.heard, "HELLO") > 0)) {
                failures.incrementAndGet();
                raise(what);
            }
            return ScriptedAgent.proofKey(agent.agentId());
        });
        connections.fleet(List.of(agent(one), agent(other)));
        Awaitility.await().until(() -> connections.isConnected("one") && connections.isConnected("other"));

        one.breakStreams();
        Awaitility.await().until(() -> failures.get() >= 3);
        int renewed = Collections.frequency(other.heard, "RENEW");

        Awaitility.await().until(() -> Collections.frequency(other.heard, "RENEW") > renewed + 5);
        assertThat(errors()).isNotEmpty();
    }

    @Test
    void anAgentThatCannotEvenBeTakenOnKeepsNoOtherFromIt() {
        connections.close();
        connections = connections(agent -> {
            if (agent.agentId().equals("one")) {
                throw new IllegalStateException("no key");
            }
            return ScriptedAgent.proofKey(agent.agentId());
        });

        connections.fleet(List.of(agent(one), agent(other)));

        Awaitility.await().until(() -> connections.isConnected("other"));
        assertThat(errors()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void noAgentIsSaidToBreakTheProtocolForAMistakeOfOurs(Throws what) {
        connections.fleet(List.of(agent(one)));
        Awaitility.await().until(() -> connections.isConnected("one"));
        listener.failWith(what, 1);

        ask(0);
        ask(1);

        Awaitility.await().until(() -> !listener.heard.isEmpty());
        assertThat(connections.told())
                .extracting(AgentConnection::state)
                .allMatch(state -> state.name().equals("CONNECTED"));
        assertThat(listener.ended).isEmpty();
    }

    private List<ILoggingEvent> errors() {
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.ERROR && line.getThrowableProxy() != null)
                .toList();
    }

    private AgentConnections connections(Function<FleetAgent, byte[]> keys) {
        return new AgentConnections(
                "worker",
                listener,
                keys,
                new AddressCheck(Network.PRIVATE, List.of(), HostResolver.ofSystem()),
                Clock.systemUTC(),
                RENEW_EVERY);
    }

    /** Has the agent say that it does not know a dispatch. */
    private void ask(int number) {
        connections.attach("one", List.of(new DispatchRef(new UUID(0, number), 1)));
    }

    private static FleetAgent agent(ScriptedAgent agent) {
        return new FleetAgent(
                agent.agentId,
                Set.of("t"),
                null,
                AgentTraits.NONE,
                "t",
                agent.address(),
                4,
                0,
                new byte[] {1},
                Instant.EPOCH,
                true,
                BreakerPhase.CLOSED,
                Duration.ZERO);
    }

    private static void raise(Throws what) {
        switch (what) {
            case EXCEPTION -> throw new IllegalStateException("unexpected");
            case ARGUMENT -> throw new IllegalArgumentException("unexpected");
            case ERROR -> throw new StackOverflowError();
        }
    }

    /** Fails a few times, whatever it hears. */
    private static final class Listener implements AgentListener {
        private final List<AgentEvent> heard = new CopyOnWriteArrayList<>();
        private final List<String> ended = new CopyOnWriteArrayList<>();
        private final AtomicInteger failuresLeft = new AtomicInteger();
        private volatile Throws failure = Throws.EXCEPTION;

        void failWith(Throws what, int times) {
            failure = what;
            failuresLeft.set(times);
        }

        private void perhapsFail() {
            if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                raise(failure);
            }
        }

        @Override
        public void connected(FleetAgent agent, boolean preempts) {}

        @Override
        public void disconnected(FleetAgent agent, StreamEnd end, String reason) {
            perhapsFail();
            ended.add(reason);
        }

        @Override
        public void unreachable(FleetAgent agent, StreamEnd end, String reason) {}

        @Override
        public void congested(FleetAgent agent, boolean is) {
            perhapsFail();
        }

        @Override
        public void told(FleetAgent agent, AgentEvent.Load load) {}

        @Override
        public boolean heard(FleetAgent agent, AgentEvent event) {
            perhapsFail();
            heard.add(event);
            return true;
        }

        @Override
        public void outcomeRepeated(FleetAgent agent) {
            perhapsFail();
        }
    }
}
