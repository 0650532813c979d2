package io.agentorchestrator.store.reading;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The columns of {@link TaskFacts}, and how they are read. */
final class TaskRow {
    /** Of {@code task t} joined with {@code task_state s}. */
    static final String COLUMNS = """
            t.task_id, t.dag_id, t.key, t.task_type, s.priority, s.status, t.estimated_complexity, t.timeout_millis,
            t.max_attempts, t.retry_initial_millis, t.retry_coefficient, t.retry_max_millis, t.non_retryable_codes, t.labels,
            s.attempt, s.agent_id, s.placement, s.placed_among, s.placed_used, s.placed_slots, s.moved_from, s.run_id, s.run_number, s.task_index, s.error_code, s.error_message, t.created_at,
            s.queued_at, coalesce(s.first_started_at, s.started_at) as first_started_at, s.started_at, s.ended_at,
            s.deadline
            """;

    private TaskRow() {}

    static TaskFacts read(ResultSet row) throws SQLException {
        UUID runId = row.getObject("run_id", UUID.class);
        return new TaskFacts(
                row.getObject("task_id", UUID.class),
                row.getObject("dag_id", UUID.class),
                row.getString("key"),
                row.getString("task_type"),
                Priority.valueOf(row.getString("priority")),
                TaskStatus.valueOf(row.getString("status")),
                // Through text, so that a real reads as it was written: 0.1, not 0.10000000149.
                Double.parseDouble(row.getString("estimated_complexity")),
                Duration.ofMillis(row.getLong("timeout_millis")),
                retry(row),
                row.getString("labels"),
                row.getInt("attempt"),
                row.getString("agent_id"),
                PlacementFacts.read(row),
                runId == null ? null : new RunKey(runId, row.getInt("run_number")),
                row.getObject("task_index", Integer.class),
                row.getString("error_code"),
                row.getString("error_message"),
                created(row),
                instant(row, "queued_at"),
                instant(row, "first_started_at"),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                instant(row, "deadline"));
    }

    private static RetryPolicy retry(ResultSet row) throws SQLException {
        return new RetryPolicy(
                row.getInt("max_attempts"),
                Duration.ofMillis(row.getLong("retry_initial_millis")),
                row.getDouble("retry_coefficient"),
                Duration.ofMillis(row.getLong("retry_max_millis")),
                List.of((String[]) row.getArray("non_retryable_codes").getArray()));
    }

    static UsageSum usage(ResultSet row) throws SQLException {
        return new UsageSum(
                BigInteger.valueOf(row.getLong("cost_micro_usd")),
                BigInteger.valueOf(row.getLong("input_tokens")),
                BigInteger.valueOf(row.getLong("output_tokens")));
    }

    static Instant created(ResultSet row) throws SQLException {
        return row.getObject("created_at", OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
