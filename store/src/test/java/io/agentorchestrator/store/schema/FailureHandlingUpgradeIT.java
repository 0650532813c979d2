package io.agentorchestrator.store.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** What version 3 makes of a database that was in use under version 2, and what retention keeps since. */
class FailureHandlingUpgradeIT {
    @Test
    void tasksThatFailedBeforeAreDeadLettersAndCommandsBelongToTheLatestRun() {
        try (TestDatabase database = PostgresServer.shared().newEmptyDatabase()) {
            Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations("classpath:db/migration")
                    .target("2")
                    .load()
                    .migrate();
            run(database, """
                    insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                      open_count, created_at)
                    select '01900000-0000-7000-8000-000000000001', n, 'DAG', 'default', 'local', 'FAILED', 1, 'w', 3, 0, now()
                    from generate_series(1, 2) n
                    """);
            run(database, """
                    insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index, attempt,
                      error_code, error_message, ended_at)
                    values (uuidv7(), 'acme', 't', 'NORMAL', 'FAILED', '01900000-0000-7000-8000-000000000001', 2, 0, 3, 'E', 'm',
                              '2026-01-02T03:04:05Z'),
                           (uuidv7(), 'acme', 't', 'NORMAL', 'FAILED', null, null, null, 0, null, null, null),
                           (uuidv7(), 'acme', 't', 'NORMAL', 'CANCELLED', null, null, null, 0, null, null, now()),
                           (uuidv7(), 'acme', 't', 'NORMAL', 'COMPLETED', null, null, null, 1, null, null, now()),
                           (uuidv7(), 'acme', 't', 'NORMAL', 'QUEUED', null, null, null, 0, null, null, null)
                    """);
            run(database, """
                    insert into command (command_id, tenant, principal, kind, run_id, code, reason)
                    values (uuidv7(), 'acme', 'ann', 'CANCEL', '01900000-0000-7000-8000-000000000001', 'CANCELLED', 'in a run'),
                           (uuidv7(), 'acme', 'ann', 'CANCEL', null, 'CANCELLED', 'in none')
                    """);

            new Schema(database.dataSource()).migrate();

            assertThat(texts(database, """
                    select concat_ws(' ', tenant, run_number, error_code, error_message, attempts, state, entry_millis is null,
                      failed_at = '2026-01-02T03:04:05Z')
                    from dead_letter
                    """))
                    .containsExactlyInAnyOrder("acme 2 E m 3 OPEN t t", "acme 0 UNKNOWN  0 OPEN t f");
            assertThat(texts(database, "select concat_ws(' ', reason, run_number) from command order by sequence"))
                    .containsExactly("in a run 2", "in none");
            assertThat(texts(database, """
                    select distinct concat_ws(' ', attempt_base, deadline is null, expiry_commanded_at is null) from task_state
                    """)).containsExactly("0 t t");
            run(database, "update task_state set status = 'FAILED', error_code = 'LATER' where status = 'QUEUED'");
            assertThat(texts(database, "select error_code from dead_letter order by error_code"))
                    .containsExactly("E", "LATER", "UNKNOWN");
            assertThat(texts(database, """
                    select count(*)::text from pg_class where relkind = 'r' and relname like 'late_outcome_2%'
                    """)).containsExactly(String.valueOf(Schema.DAYS_AHEAD + 1));
        }
    }

    @Test
    void retentionKeepsADayWithAnOpenDeadLetterAndForgetsTheOthersWithTheirDay() {
        try (TestDatabase database = PostgresServer.shared().newDatabase()) {
            run(database, """
                    insert into task_state (task_id, tenant, task_type, priority, status)
                    values (uuidv7(), 'default', 't', 'NORMAL', 'RUNNING')
                    """);
            run(database, "update task_state set status = 'FAILED', error_code = 'E'");

            assertThat(retire(database)).isFalse();
            run(database, "update dead_letter set state = 'DELETED'");
            assertThat(retire(database)).isTrue();
            assertThat(texts(database, "select task_id::text from dead_letter")).isEmpty();
        }
    }

    private static boolean retire(TestDatabase database) {
        return database.client()
                .sql("select retire_partitions(?)")
                .param(LocalDate.now(ZoneOffset.UTC))
                .query(Boolean.class)
                .single();
    }

    private static void run(TestDatabase database, String sql) {
        database.client().sql(sql).update();
    }

    private static List<String> texts(TestDatabase database, String sql) {
        return database.client().sql(sql).query(String.class).list();
    }
}
