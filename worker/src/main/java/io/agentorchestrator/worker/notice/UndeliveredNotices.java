package io.agentorchestrator.worker.notice;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.List;

/** Notices as the store keeps them until their runs have them. Thread-safe. */
interface UndeliveredNotices {
    /**
     * Those of some runs, ascending within each; the runs that have waited longest come first.
     *
     * @param maxRows of each run at most
     */
    List<RunNotices> undelivered(int maxRuns, int maxRows);

    /** The run has its notices up to this one, or will not have them: they are deleted. */
    void delivered(RunKey run, long upToSequence);

    /**
     * What a run is to be told.
     *
     * @param lastSequence of the last of these; those of a run ascend in the order of their commits
     * @param runEnded whether the store has ended the run
     */
    record RunNotices(
            RunKey run,
            RunKind kind,
            long lastSequence,
            List<AttemptEnd> ended,
            List<Integer> notStarted,
            boolean runEnded) {}
}
