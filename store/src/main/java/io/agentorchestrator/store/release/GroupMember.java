package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.plan.PlanTask;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A standalone task as its group takes it in. */
record GroupMember(UUID taskId, String tenant, PlanTask planned) {
    /** From a row of task_state joined with task. By hand: a claim reads thousands. */
    static GroupMember of(ResultSet row) throws SQLException {
        RetryPolicy retry = new RetryPolicy(
                row.getInt("max_attempts"),
                Duration.ofMillis(row.getLong("retry_initial_millis")),
                row.getDouble("retry_coefficient"),
                Duration.ofMillis(row.getLong("retry_max_millis")),
                List.of((String[]) row.getArray("non_retryable_codes").getArray()));
        return new GroupMember(
                row.getObject("task_id", UUID.class),
                row.getString("tenant"),
                new PlanTask(
                        Priority.valueOf(row.getString("priority")), row.getDouble("estimated_complexity"), retry));
    }
}
