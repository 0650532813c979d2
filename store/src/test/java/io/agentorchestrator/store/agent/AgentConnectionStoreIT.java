package io.agentorchestrator.store.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentConnectionStoreIT {
    private static final Instant EARLIER = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2030-01-01T00:01:00Z");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final AgentConnectionStore store = new AgentConnectionStore(database.dataSource());
    private final WorkerStore workers = new WorkerStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void tellsWhatTheLastWordOfAWorkerIs() {
        workers.heartbeat("w1");
        store.write("w1", List.of(connection("a", AgentConnectionState.REFUSED, EARLIER, "nobody listens")));
        store.write("w1", List.of(connection("b", AgentConnectionState.CONNECTED, EARLIER, "")));
        assertThat(store.byAgent().get("a"))
                .isEqualTo(connection("a", AgentConnectionState.REFUSED, EARLIER, "nobody listens"));

        store.write("w1", List.of(connection("a", AgentConnectionState.CONNECTED, LATER, "")));

        assertThat(store.byAgent().values())
                .containsExactly(
                        connection("a", AgentConnectionState.CONNECTED, LATER, ""),
                        connection("b", AgentConnectionState.CONNECTED, EARLIER, ""));
    }

    @Test
    void theTroubleOfOneWorkerShowsBesideOthersThatHaveNone() {
        workers.heartbeat("w1");
        workers.heartbeat("w2");
        store.write("w1", List.of(connection("a", AgentConnectionState.SILENT, EARLIER, "it says nothing")));
        store.write("w2", List.of(connection("a", AgentConnectionState.CONNECTED, LATER, "")));

        assertThat(store.byAgent().get("a"))
                .isEqualTo(connection("a", AgentConnectionState.SILENT, EARLIER, "1 of 2 workers: it says nothing"));
    }

    @Test
    void whoIsGoneSaysNothingAndLeavesNothing() {
        workers.heartbeat("w1");
        register("a");
        store.write("w1", List.of(connection("a", AgentConnectionState.SILENT, EARLIER, "")));
        store.write("w1", List.of(connection("gone", AgentConnectionState.SILENT, EARLIER, "")));
        store.write("dead", List.of(connection("a", AgentConnectionState.REFUSED, LATER, "")));
        assertThat(store.byAgent().get("a").state()).isEqualTo(AgentConnectionState.SILENT);

        store.forgetGone();

        assertThat(database.client()
                        .sql("select agent_id || ' ' || worker_id from agent_connection")
                        .query(String.class)
                        .list())
                .containsExactly("a w1");
    }

    private void register(String id) {
        new AgentRegistry(database.dataSource())
                .register(
                        new NewAgent(
                                id,
                                "default",
                                "ann",
                                "local",
                                null,
                                "{}",
                                List.of("t"),
                                null,
                                "127.0.0.1:1",
                                1,
                                BigDecimal.ONE,
                                AgentCredentials.newSalt()),
                        null);
    }

    private static AgentConnection connection(String id, AgentConnectionState state, Instant since, String detail) {
        return new AgentConnection(id, state, since, detail);
    }
}
