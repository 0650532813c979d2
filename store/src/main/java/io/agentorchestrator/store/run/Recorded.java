package io.agentorchestrator.store.run;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The result of recording outcomes.
 *
 * @param accepted indexes whose outcome is now the recorded one; the others were late
 * @param released tasks of the run that left the backlog in the same transaction
 * @param dispatched tasks of the run that left it and were dispatched with that
 * @param queued tasks of the run that became ready by it, but whose turn it is not yet: release releases them later
 * @param runEnded whether the run has ended by it: its last open task has
 */
public record Recorded(
        Set<Integer> accepted,
        List<Integer> released,
        List<Dispatched> dispatched,
        List<Integer> queued,
        boolean runEnded) {

    /** A dependent that has been dispatched: the first dispatch of this attempt. */
    public record Dispatched(int index, UUID taskId, int attempt, int epoch, String agentId) {}
}
