package io.agentorchestrator.store.run;

import java.util.List;
import java.util.Set;

/**
 * What came of recording outcomes.
 *
 * @param accepted indexes whose outcome is now the recorded one; the others were late
 * @param releases tasks of the run that were released in the same transaction
 * @param queued tasks of the run that became ready by it, but whose turn it is not yet: release releases them later
 * @param runEnded whether the run has ended by it: its last open task has
 */
public record Recorded(Set<Integer> accepted, List<Integer> releases, List<Integer> queued, boolean runEnded) {}
