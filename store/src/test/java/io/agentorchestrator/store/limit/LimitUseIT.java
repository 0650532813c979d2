package io.agentorchestrator.store.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Priority;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The use of limits, as it is kept and forgotten, and the keys of tasks. */
class LimitUseIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final AtomicLong nanos = new AtomicLong();
    private final LimitUpkeep upkeep = new LimitUpkeep(
            database.dataSource(), new LiveLimits(new LimitStore(database.dataSource())::all, nanos::get));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void forgetsAllThatIsOldAndOneProcessDoesSoAtATime() throws SQLException {
        database.client().sql("""
                        insert into limit_use select 'l:t', 't', now() - interval '5 min', 1, 10, 10 from generate_series(1, ?)
                        """).param(LimitUpkeep.MAX_FORGOTTEN + 1).update();
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            boolean _ = statement.execute("select pg_advisory_lock(hashtext('orchestrator.limits'))");
            assertThat(upkeep.forget()).isFalse();
            assertThat(count("limit_use")).isEqualTo(LimitUpkeep.MAX_FORGOTTEN + 1);
            boolean _ = statement.execute("select pg_advisory_unlock(hashtext('orchestrator.limits'))");
        }

        assertThat(upkeep.forget()).as("there is more").isTrue();
        assertThat(upkeep.forget()).isFalse();
        assertThat(count("limit_use")).isZero();
    }

    @Test
    void readsMeansOfTokensOnceASecond() {
        LimitReader reader = new LimitReader(database.dataSource(), nanos::get);
        use(10);
        assertThat(reader.tokenMeans()).isEqualTo(Map.of("t", 10.0));
        use(30);

        assertThat(reader.tokenMeans()).isEqualTo(Map.of("t", 10.0));
        nanos.addAndGet(LimitReader.MEANS_EVERY.toNanos());
        assertThat(reader.tokenMeans()).isEqualTo(Map.of("t", 20.0));
    }

    @Test
    void givesTasksKeysInTheOrderOfTheirIds() throws Exception {
        submissions.with(Scheduling.PLAIN);
        List<UUID> tasks = List.of(submissions.task("t", Priority.NORMAL), submissions.task("t", Priority.NORMAL));
        LimitWrites writes = new LimitWrites(database.client());
        Thread marking;
        try (Connection claim = database.dataSource().getConnection();
                Statement statement = claim.createStatement()) {
            claim.setAutoCommit(false);
            boolean _ = statement.execute(locked(tasks.getFirst(), ""));
            marking = Thread.ofVirtual()
                    .start(() -> writes.mark(tasks.reversed().stream()
                            .map(task -> new LimitWrites.Marked(task, List.of("l:t")))
                            .toList()));
            while (database.client()
                            .sql(
                                    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                            .query(Integer.class)
                            .single()
                    == 0) {
                assertThat(marking.isAlive()).as("it waits for the first task").isTrue();
                Thread.onSpinWait();
            }
            assertThat(database.client()
                            .sql(locked(tasks.getLast(), " skip locked"))
                            .query(UUID.class)
                            .list())
                    .as("the last task is not locked before the first")
                    .hasSize(1);
            claim.rollback();
        }
        marking.join();
        assertThat(count("task_state where limit_keys is not null")).isEqualTo(2);
    }

    private static String locked(UUID task, String how) {
        return "select task_id from task_state where task_id = '%s' for update%s".formatted(task, how);
    }

    private void use(int tokens) {
        database.client()
                .sql("insert into limit_use values ('l:t', 't', now(), 0, ?, ?)")
                .params(tokens, tokens)
                .update();
    }

    private int count(String rows) {
        return database.client()
                .sql("select count(*) from " + rows)
                .query(Integer.class)
                .single();
    }
}
