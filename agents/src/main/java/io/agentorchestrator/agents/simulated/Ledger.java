package io.agentorchestrator.agents.simulated;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The record of what simulated agents did, in a directory that all of them share and that outlives them: every execution,
 * written down before anything else happens, and every effect of a task. What was written survives SIGKILL of the
 * process, not the loss of the machine. Thread-safe.
 */
public final class Ledger implements AutoCloseable {
    private final LedgerFile executions;
    private final SideEffects effects;

    private Ledger(LedgerFile executions, SideEffects effects) {
        this.executions = executions;
        this.effects = effects;
    }

    /** Opens files of its own in the directory, which is made if it is missing. */
    public static Ledger open(Path directory) throws IOException {
        return new Ledger(LedgerFile.open(directory, "executions"), SideEffects.open(directory));
    }

    /**
     * Records that an execution starts.
     *
     * @throws java.io.UncheckedIOException if it cannot be written down
     */
    public void record(String taskKey, String attemptKey, int attempt, int epoch) {
        executions.append(taskKey, attemptKey, attempt, epoch);
    }

    /**
     * Brings the effect of a task about if nothing that shares this directory has done so before, in this process or in
     * any other, dead or alive.
     *
     * @return true if it happened now, false if it had happened before
     * @throws java.io.UncheckedIOException if it cannot be told or written; asking again does no harm
     */
    public boolean effect(String taskKey, String attemptKey, int attempt, int epoch) {
        return effects.happen(taskKey, attemptKey, attempt, epoch);
    }

    @Override
    public void close() throws IOException {
        try (executions) {
            effects.close();
        }
    }
}
