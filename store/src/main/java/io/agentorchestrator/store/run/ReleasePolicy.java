package io.agentorchestrator.store.run;

import java.util.List;
import java.util.Set;

/** Decides which of the tasks that have just become ready may leave the backlog at once. Implementations are thread-safe. */
@FunctionalInterface
public interface ReleasePolicy {
    /** Leaves everything to release. */
    ReleasePolicy NONE = ready -> List.of();

    /** Those of {@code ready} whose turn it is. */
    List<ReadyTask> release(List<ReadyTask> ready);

    /** Types of which so many tasks may leave the backlog in whatever order, none of them scarce; each counts for all of them. */
    default Set<String> ample(int tasks) {
        return Set.of();
    }

    /** These have left the backlog unasked, being of such a type. */
    default void released(List<ReadyTask> tasks) {}
}
