package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.List;

/**
 * News of tasks that are watched outside of batches. It may come again, with others or without: what the run knows already
 * changes nothing, so that it keeps no account of notices.
 *
 * @param ended as PostgreSQL recorded it
 * @param notStarted back in the backlog
 * @param runEnded whether the store has ended the run: there is nothing left to record of it
 */
public record RunNotice(List<AttemptEnd> ended, List<Integer> notStarted, boolean runEnded) {
    public RunNotice {
        ended = RunInput.orNone(ended);
        notStarted = RunInput.orNone(notStarted);
    }
}
