package io.agentorchestrator.store.submission;

import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.List;

/**
 * The rules by which a task gets capacity, beside its priority.
 *
 * @param needsClaim whether only a claim lets it out of the backlog, since a limit or a budget decides on it
 * @param selector the agents that it may go to
 * @param preemptible whether it may be stopped for a task of higher priority
 * @param limitKeys under which limits count it
 */
public record Scheduling(boolean needsClaim, TaskSelector selector, boolean preemptible, List<String> limitKeys) {
    /** Nothing but the priority. */
    public static final Scheduling PLAIN = new Scheduling(false);

    public Scheduling {
        limitKeys = List.copyOf(limitKeys);
        needsClaim |= !limitKeys.isEmpty();
    }

    /** A task that any agent may have. */
    public Scheduling(boolean needsClaim) {
        this(needsClaim, TaskSelector.ANY, false, List.of());
    }

    /** A task that limits count under these keys. */
    public static Scheduling limitedBy(List<String> keys) {
        return new Scheduling(false, TaskSelector.ANY, false, keys);
    }
}
