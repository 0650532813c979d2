package io.agentorchestrator.store.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.RegisteredAgent.BreakerFacts;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class BreakerRowsIT {
    private static final Instant OPENED = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final StoredBreaker OPEN = new StoredBreaker(BreakerPhase.OPEN, 5, OPENED, null, "w/1");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final AgentRegistry registry = new AgentRegistry(database.dataSource());
    private final BreakerRows breakers = new BreakerRows(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void readersSeeWhatAWorkerChanged() {
        register();
        assertThat(breaker()).isEqualTo(new BreakerFacts(BreakerPhase.CLOSED, 0, null));

        assertThat(breakers.change("agent-1", stored -> OPEN)).contains(OPEN);
        assertThat(breakers.change("agent-2", stored -> OPEN)).isEmpty();

        assertThat(breaker()).isEqualTo(new BreakerFacts(BreakerPhase.OPEN, 5, OPENED));
        assertThat(new FleetStore(database.dataSource()).registered())
                .singleElement()
                .satisfies(agent -> assertThat(agent.breaker()).isEqualTo(BreakerPhase.OPEN));
        assertThat(breakers.load(List.of("agent-1", "agent-2"))).isEqualTo(Map.of("agent-1", OPEN));
        breakers.change("agent-1", stored -> closed(0));
        assertThat(breaker()).isEqualTo(new BreakerFacts(BreakerPhase.CLOSED, 0, null));
    }

    @Test
    void aTrialStandsInTheRowToo() {
        register();
        StoredBreaker halfOpen = new StoredBreaker(
                BreakerPhase.HALF_OPEN,
                5,
                OPENED,
                new StoredBreaker.Trial(new UUID(1, 2), 3, OPENED.plusSeconds(75)),
                "w/2");

        breakers.change("agent-1", stored -> halfOpen);

        assertThat(breakers.load(List.of("agent-1"))).isEqualTo(Map.of("agent-1", halfOpen));
    }

    @Test
    void changesOfSeveralWorkersComeOneAfterTheOther() throws Exception {
        register();
        Together.Side worker = round -> breakers.change("agent-1", stored -> closed(stored.failures() + 1));

        Together.race(2, 20, worker, worker);

        assertThat(breaker().failures()).isEqualTo(80);
    }

    @Test
    void aChangeOfPhaseIsAnnouncedAndACountIsNot() throws SQLException {
        register();
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + Channels.AGENTS);
            PGConnection channel = listener.unwrap(PGConnection.class);

            breakers.change("agent-1", stored -> closed(4));
            breakers.change("agent-1", stored -> OPEN);

            assertThat(channel.getNotifications(5_000)).hasSize(1);
        }
    }

    private static StoredBreaker closed(int failures) {
        return new StoredBreaker(BreakerPhase.CLOSED, failures, null, null, "w/" + failures);
    }

    private BreakerFacts breaker() {
        return registry.list("default").getFirst().breaker();
    }

    private void register() {
        registry.register(
                new NewAgent(
                        "agent-1",
                        "default",
                        "ann",
                        "local",
                        null,
                        "{}",
                        List.of("t"),
                        null,
                        "127.0.0.1:1",
                        4,
                        BigDecimal.ONE,
                        new byte[] {1}),
                null);
    }
}
