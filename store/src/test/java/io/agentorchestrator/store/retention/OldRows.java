package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that are as old as a test wants them, with all that is theirs, and what is left of them. */
final class OldRows {
    private final JdbcClient client;

    OldRows(TestDatabase database) {
        this.client = database.client();
    }

    UUID task(String status, Duration ago, @Nullable UUID dag) {
        UUID id = client.sql("select uuidv7(- ? * interval '1 second')")
                .param(ago.toSeconds())
                .query(UUID.class)
                .single();
        client.sql("""
                        insert into task (task_id, tenant, principal, region, dag_id, task_type, payload, priority,
                          estimated_complexity, timeout_millis, max_attempts, retry_initial_millis, retry_coefficient,
                          retry_max_millis, labels, created_at)
                        values (?, 'default', 'me', 'here', ?, 't', '{}', 'NORMAL', 1, 1, 1, 1, 1, 1, '{"a": "b"}', now())
                        """).params(id, dag).update();
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, ended_at)
                        values (?, 'default', 't', 'NORMAL', ?::task_status, ?, ?,
                          case when ? in ('COMPLETED', 'FAILED', 'CANCELLED') then now() - ? * interval '1 second' end)
                        """)
                .params(id, status, dag, dag == null ? null : 1, status, ago.toSeconds())
                .update();
        client.sql("""
                        insert into task_attempt (task_id, attempt, tenant, run_number, epoch, ended_at, outcome)
                        values (?, 1, 'default', 1, 1, now(), 'COMPLETED')
                        """).param(id).update();
        client.sql("""
                        insert into late_outcome (task_id, epoch, attempt, tenant, outcome, cost_micro_usd, input_tokens, output_tokens)
                        values (?, 1, 1, 'default', 'COMPLETED', 0, 0, 0)
                        """).param(id).update();
        client.sql("insert into task_checkpoint values (?, 'default', 1, 1, 1, ''::bytea, now())")
                .param(id)
                .update();
        client.sql("insert into task_report values (?, 1, 1, 'default', 'one', 0.5, 'half', 0, 0, 0, now())")
                .param(id)
                .update();
        return id;
    }

    UUID dag(String status, Duration ago) {
        UUID id = run("DAG", status, ago);
        client.sql("""
                        insert into dag (dag_id, tenant, principal, region, name, on_failure, priority, labels, task_count, plan,
                          critical_path, critical_path_seconds, created_at)
                        values (?, 'default', 'me', 'here', 'd', 'CONTINUE', 'NORMAL', '{"a": "b"}', 1, ''::bytea, '{}', 1, now())
                        """).param(id).update();
        return id;
    }

    UUID run(String kind, String status, Duration ago) {
        UUID id = client.sql("select uuidv7(- ? * interval '1 second')")
                .param(ago.toSeconds())
                .query(UUID.class)
                .single();
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                          open_count, created_at, ended_at)
                        values (?, 1, ?::run_kind, 'default', 'here', ?::run_status, 1, 'w', 1, 0, now(),
                          case when ? in ('COMPLETED', 'FAILED', 'CANCELLED') then now() - ? * interval '1 second' end)
                        """).params(id, kind, status, status, ago.toSeconds()).update();
        return id;
    }

    void deadLetter(UUID task, String state) {
        client.sql("""
                        insert into dead_letter (task_id, run_number, tenant, error_code, error_message, attempts, failed_at, state)
                        values (?, 0, 'default', 'X', '', 1, now(), ?::dead_letter_state)
                        """).params(task, state).update();
    }

    void event(String tenant, @Nullable UUID run, Duration ago) {
        client.sql("""
                        insert into event (event_id, tenant, run_id, status) values (uuidv7(- ? * interval '1 second'), ?, ?, 'RUNNING')
                        """).params(ago.toSeconds(), tenant, run).update();
    }

    List<UUID> ids(String table) {
        String column = table.equals("dag") || table.equals("run") ? table + "_id" : "task_id";
        return client.sql("select distinct " + column + " from " + table + " order by 1")
                .query(UUID.class)
                .list();
    }

    String tableOf(String table, UUID id) {
        return client.sql("select tableoid::regclass::text from " + table + " where task_id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    boolean exists(String table) {
        return client.sql("select to_regclass(?) is not null")
                .param(table)
                .query(Boolean.class)
                .single();
    }

    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (String table : List.of(
                "task_attempt",
                "task_checkpoint",
                "task_report",
                "late_outcome",
                "label",
                "agent",
                "command",
                "idempotency_key")) {
            counts.put(
                    table,
                    client.sql("select count(*) from " + table)
                            .query(Long.class)
                            .single());
        }
        return counts;
    }
}
