package io.agentorchestrator.store.run;

import java.util.List;

/** Decides which of the tasks that have just become ready may leave the backlog at once. Implementations are thread-safe. */
@FunctionalInterface
public interface GrantPolicy {
    /** Leaves everything to release. */
    GrantPolicy NONE = ready -> List.of();

    /** Those of {@code ready} whose turn it is. */
    List<ReadyTask> grant(List<ReadyTask> ready);
}
