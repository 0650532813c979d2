package io.agentorchestrator.store.state;

/** Runs that somebody has paused and that have not ended: their queued tasks are not in line. */
public final class PausedRuns {
    /** Their ids, as a query; read from the partial index {@code run_paused}, whose condition this is. */
    public static final String IDS =
            "select p.run_id from run p where p.paused and p.status in ('PENDING', 'STARTING', 'RUNNING')";

    private PausedRuns() {}
}
