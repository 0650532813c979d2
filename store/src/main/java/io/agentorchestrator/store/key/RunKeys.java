package io.agentorchestrator.store.key;

import io.agentorchestrator.workflows.model.RunKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/** The keys of runs in statements: {@code run_id} and {@code run_number}. */
public final class RunKeys {
    private RunKeys() {}

    /** The key in a row's columns of these names. */
    public static RunKey read(ResultSet row) throws SQLException {
        return new RunKey(row.getObject("run_id", UUID.class), row.getInt("run_number"));
    }

    /** Their ids, in their order. */
    public static UUID[] ids(Collection<RunKey> runs) {
        return runs.stream().map(RunKey::runId).toArray(UUID[]::new);
    }

    /** Their numbers, in their order. */
    public static Integer[] numbers(Collection<RunKey> runs) {
        return runs.stream().map(RunKey::runNumber).toArray(Integer[]::new);
    }
}
