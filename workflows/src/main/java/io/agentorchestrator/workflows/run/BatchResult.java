package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.List;

/**
 * The result of a batch's activity: each of its tasks, prefetched dependents among them, is in exactly one of the first three lists.
 *
 * @param ended as PostgreSQL recorded it, whoever did
 * @param running still at an agent, and watched from now on outside of batches: whoever records their ends, or puts them back into the
 *     backlog, leaves a {@link RunNotice} of it
 * @param notStarted back in the backlog, or still in it
 * @param releases tasks of the run that the recording transactions released and that are not in the batch
 * @param runEnded whether the store has ended the run with one of these: there is nothing left to record of it
 */
public record BatchResult(
        List<AttemptEnd> ended,
        List<Integer> running,
        List<Integer> notStarted,
        List<Integer> releases,
        boolean runEnded) {
    public BatchResult {
        ended = List.copyOf(ended);
        running = List.copyOf(running);
        notStarted = List.copyOf(notStarted);
        releases = List.copyOf(releases);
    }
}
