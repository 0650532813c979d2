package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.release.Rank;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On what terms tasks of a type that become ready leave the backlog unasked.
 *
 * @param headroom whether they leave in any case, agents having room for more than wait
 * @param bestQueued the best that competes with them in the backlog: otherwise they leave if they come before it, or if there is none
 * @param over tenants whose tasks do not leave before others', since these have used more than their share
 */
public record TypeTerms(boolean headroom, @Nullable Rank bestQueued, Set<String> over) {
    /** Terms where no tenant is over its share. */
    public TypeTerms(boolean headroom, @Nullable Rank bestQueued) {
        this(headroom, bestQueued, Set.of());
    }
}
