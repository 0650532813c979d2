package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;

/** The store does not have a run that somebody goes on with: it was set back to an earlier state, or the run was deleted. */
public final class UnknownRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownRunException(RunKey run) {
        super("the store has no run " + run.runId() + " number " + run.runNumber());
    }
}
