package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.release.Rank;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which a task of some type that becomes ready may leave the backlog at once.
 *
 * @param headroom whether agents are not scarce: it leaves whatever its rank
 * @param bestQueued the best queued task of all types that compete for the same agents, as of the last look; null if there is none
 */
public record TypeTerms(boolean headroom, @Nullable Rank bestQueued) {}
