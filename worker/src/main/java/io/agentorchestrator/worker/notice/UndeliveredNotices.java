package io.agentorchestrator.worker.notice;

import io.agentorchestrator.store.run.RunNotices;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;

/** Notices as the store keeps them until their runs have them. Thread-safe. */
interface UndeliveredNotices {
    /**
     * Reads the notices of some runs, ascending within each; the runs that have waited longest come first.
     *
     * @param maxRows of each run at most
     */
    List<RunNotices> undelivered(int maxRuns, int maxRows);

    /** The run has its notices up to this one, or will not have them: they are deleted. */
    void delivered(RunKey run, long upToSequence);
}
