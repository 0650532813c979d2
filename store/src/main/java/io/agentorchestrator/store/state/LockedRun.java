package io.agentorchestrator.store.state;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A run whose row the current transaction holds. Whoever ends tasks of a run, or commands it, holds it first, and of one run only:
 * so nothing deadlocks, and ids of transactions ascend in the order of what they did to the run.
 */
public record LockedRun(RunKey key, RunKind kind, String tenant, RunStatus status, boolean paused) {
    /** A run gets a further number while somebody waits for its lock; more often than that it does not happen. */
    private static final int MAX_LOOKS = 10;

    /** Locks the run of this number; empty if there is none. */
    public static Optional<LockedRun> of(JdbcClient client, RunKey key) {
        return client.sql("""
                        select run_id, run_number, kind, tenant, status, paused from run
                        where run_id = ? and run_number = ? for update
                        """)
                .params(key.runId(), key.runNumber())
                .query((row, number) -> read(row))
                .optional();
    }

    /** Locks the latest run of this id; empty if there is none. */
    public static Optional<LockedRun> latest(JdbcClient client, UUID runId) {
        for (int look = 0; look < MAX_LOOKS; look++) {
            Optional<LockedRun> locked = client.sql("""
                            select run_id, run_number, kind, tenant, status, paused from run
                            where run_id = ? and run_number = (select max(run_number) from run where run_id = ?) for update
                            """)
                    .params(runId, runId)
                    .query((row, number) -> read(row))
                    .optional();
            if (locked.isEmpty() || !locked.get().isSuperseded(client)) {
                return locked;
            }
        }
        throw new IllegalStateException("run " + runId + " got new numbers faster than it could be locked");
    }

    /** Whether a later run has taken its tasks over. */
    public boolean isSuperseded(JdbcClient client) {
        return client.sql("select max(run_number) from run where run_id = ?")
                        .param(key.runId())
                        .query(Integer.class)
                        .single()
                > key.runNumber();
    }

    private static LockedRun read(ResultSet row) throws SQLException {
        return new LockedRun(
                RunKeys.read(row),
                RunKind.valueOf(row.getString("kind")),
                row.getString("tenant"),
                RunStatus.valueOf(row.getString("status")),
                row.getBoolean("paused"));
    }
}
