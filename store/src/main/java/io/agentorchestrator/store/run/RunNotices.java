package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.List;

/**
 * Notices that a run has yet to get of its tasks that no activity of it watches, in the order of their recording.
 *
 * @param lastSequence of the last of these; later ones of the run are higher
 * @param ended attempts that have ended
 * @param notStarted tasks that are back in the backlog, by index
 * @param runEnded whether the store has ended the run
 */
public record RunNotices(
        RunKey run,
        RunKind kind,
        long lastSequence,
        List<AttemptEnd> ended,
        List<Integer> notStarted,
        boolean runEnded) {}
