package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.release.Rank;
import org.jspecify.annotations.Nullable;

/**
 * On what terms tasks of a type that become ready leave the backlog unasked.
 *
 * @param headroom whether they leave in any case, agents having room for more than wait
 * @param bestQueued the best that competes with them in the backlog: otherwise they leave if they come before it, or if there is none
 */
public record TypeTerms(boolean headroom, @Nullable Rank bestQueued) {}
