package io.agentorchestrator.api.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class StoreAwayIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TASK = "{\"task_type\":\"simulated\"}";

    @Test
    void whilePostgresqlIsAwayEverythingSaysSoAndRecoversByItself() {
        try (TestApi api = TestApi.start("--orchestrator.database.connection-timeout=500ms")) {
            api.post("/v1/tasks", TASK).isOk(202);

            api.database().goAway();
            Answer refused = api.post("/v1/tasks", TASK).isProblem(503, "STORE_UNAVAILABLE");
            assertThat(refused.header("Retry-After")).isEqualTo("2");
            api.get("/v1/tasks").isProblem(503, "STORE_UNAVAILABLE");
            api.get("/v1/agents").isProblem(503, "STORE_UNAVAILABLE");
            assertThat(api.get("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(api.get("/actuator/health/liveness").status()).isEqualTo(200);

            api.database().comeBack();
            await().atMost(LIMIT).until(() -> api.post("/v1/tasks", TASK).status() == 202);
            api.get("/actuator/health/readiness").isOk(200);
        }
    }

    @Test
    void aStoreThatDoesNotAnswerNeverHoldsARequestForLong() throws SQLException {
        try (TestApi api = TestApi.start("--orchestrator.database.statement-timeout=1s");
                Connection blocker = api.database().dataSource().getConnection()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table task in access exclusive mode");
            Instant before = Instant.now();

            api.post("/v1/tasks", TASK).isProblem(503, "STORE_UNAVAILABLE");

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
            blocker.rollback();
            api.post("/v1/tasks", TASK).isOk(202);
        }
    }

    @Test
    void theApplicationStartsBeforePostgresqlAndIsReadyOnceItIsThere() {
        TestDatabase database = PostgresServer.shared().newEmptyDatabase();
        database.goAway();
        try (TestApi api = TestApi.startUnready(database, "--orchestrator.database.connection-timeout=500ms")) {
            assertThat(api.get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(api.get("/actuator/health/readiness").status()).isEqualTo(503);
            api.post("/v1/tasks", TASK).isProblem(503, "STORE_UNAVAILABLE");

            database.comeBack();
            await().atMost(LIMIT)
                    .until(() -> api.get("/actuator/health/readiness").status() == 200);
            api.post("/v1/tasks", TASK).isOk(202);
        }
    }

    @Test
    void manyClientsAtOnceAreAllAcceptedInFewCommits() {
        int tasks = 500;
        try (TestApi api = TestApi.start();
                ExecutorService clients = Executors.newFixedThreadPool(64)) {
            long commitsBefore = commits(api);
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int n = 0; n < tasks; n++) {
                answers.add(CompletableFuture.supplyAsync(() -> api.post("/v1/tasks", TASK), clients));
            }
            answers.forEach(answer -> answer.join().isOk(202));

            assertThat(api.database()
                            .client()
                            .sql("select count(*) from task_state where status = 'QUEUED'")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(tasks);
            assertThat(commits(api) - commitsBefore).isLessThan(tasks / 2);
        }
    }

    /** Transactions that inserted: each has an id, which every row of it carries. */
    private static long commits(TestApi api) {
        return api.database()
                .client()
                .sql("select count(distinct xmin::text) from task_state")
                .query(Long.class)
                .single();
    }
}
