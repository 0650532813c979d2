package io.agentorchestrator.store.run;

import java.util.List;
import java.util.Set;

/**
 * What came of recording outcomes.
 *
 * @param accepted indexes whose outcome is now the recorded one; the others were late
 * @param grants tasks of the run that were granted in the same transaction
 * @param runEnded whether the run has ended by it: its last open task has
 */
public record Recorded(Set<Integer> accepted, List<Integer> grants, boolean runEnded) {}
