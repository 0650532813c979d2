package io.agentorchestrator.worker.run;

import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.workflows.model.RunKey;

/** Where to report a run whose workflow Temporal seems not to have: the reconciler looks at it at once. Thread-safe. */
public final class MissingRuns {
    private final RunReconciliation reconciliation;
    private final Runnable wakeReconciler;

    public MissingRuns(RunReconciliation reconciliation, Runnable wakeReconciler) {
        this.reconciliation = reconciliation;
        this.wakeReconciler = wakeReconciler;
    }

    /**
     * Reports a run.
     *
     * @throws org.springframework.dao.DataAccessException if the store is away; the reconciler then comes by later
     */
    public void add(RunKey run) {
        reconciliation.suspect(run);
        wakeReconciler.run();
    }
}
