package io.agentorchestrator.api.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReadersIT {
    private static final int READERS = 20;

    @Test
    void readersThatWaitKeepNoSubmissionWaitingAndAreAnsweredInTime() throws Exception {
        try (TestApi api = TestApi.start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection holder = api.database().dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table dag in access exclusive mode");
            List<CompletableFuture<Answer>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(CompletableFuture.supplyAsync(() -> api.get("/v1/dags"), threads));
            }
            Awaitility.await()
                    .until(() -> api.database()
                                    .client()
                                    .sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                            + " and datname = current_database()")
                                    .query(Integer.class)
                                    .single()
                            > 1);

            CompletableFuture<Answer> submitted = CompletableFuture.supplyAsync(
                    () -> api.post("/v1/tasks", "{\"task_type\":\"beside-readers\"}"), threads);

            assertThat(submitted.get(2, TimeUnit.SECONDS).status()).isEqualTo(202);
            assertThat(readers).anyMatch(reader -> !reader.isDone());
            for (CompletableFuture<Answer> reader : readers) {
                assertThat(reader.get(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS)
                                .status())
                        .isEqualTo(503);
            }
            holder.rollback();
            assertThat(api.get("/v1/dags").status()).isEqualTo(200);
        }
    }
}
