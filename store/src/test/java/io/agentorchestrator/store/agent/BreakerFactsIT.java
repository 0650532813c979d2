package io.agentorchestrator.store.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.RegisteredAgent.BreakerFacts;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class BreakerFactsIT {
    private static final Instant OPENED = Instant.parse("2026-01-02T03:04:05.678901Z");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final AgentRegistry registry = new AgentRegistry(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void readersSeeTheLatestStateWhicheverWorkerWritesLast() {
        register();
        assertThat(breaker()).isEqualTo(new BreakerFacts("CLOSED", 0, null));

        assertThat(registry.breakerChanged("agent-1", "OPEN", 5, OPENED, 7)).isTrue();
        assertThat(registry.breakerChanged("agent-1", "CLOSED", 4, null, 6)).isFalse();
        assertThat(registry.breakerChanged("agent-1", "CLOSED", 0, null, 7)).isFalse();
        assertThat(registry.breakerChanged("agent-2", "OPEN", 5, OPENED, 7)).isFalse();

        assertThat(breaker()).isEqualTo(new BreakerFacts("OPEN", 5, OPENED));
        assertThat(new FleetStore(database.dataSource()).registered())
                .singleElement()
                .satisfies(agent -> assertThat(agent.breakerState()).isEqualTo("OPEN"));
        assertThat(registry.breakerChanged("agent-1", "CLOSED", 0, null, 8)).isTrue();
        assertThat(breaker()).isEqualTo(new BreakerFacts("CLOSED", 0, null));
    }

    @Test
    void aChangeOfStateIsAnnouncedAndACountIsNot() throws SQLException {
        register();
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + AgentRegistry.CHANNEL);
            PGConnection channel = listener.unwrap(PGConnection.class);

            registry.breakerChanged("agent-1", "CLOSED", 4, null, 1);
            registry.breakerChanged("agent-1", "OPEN", 5, OPENED, 2);

            assertThat(channel.getNotifications(5_000)).hasSize(1);
        }
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
