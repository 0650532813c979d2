package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A run whose row the current transaction has for itself. */
public record LockedRun(RunKey key, RunKind kind, String tenant, RunStatus status, boolean paused) {
    static LockedRun read(ResultSet row) throws SQLException {
        return new LockedRun(
                Records.runKey(row),
                RunKind.valueOf(row.getString("kind")),
                row.getString("tenant"),
                RunStatus.valueOf(row.getString("status")),
                row.getBoolean("paused"));
    }
}
