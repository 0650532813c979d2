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
 * @param budget its own
 */
public record Scheduling(
        boolean needsClaim, TaskSelector selector, boolean preemptible, List<String> limitKeys, BudgetTerms budget) {
    /** Nothing but the priority. */
    public static final Scheduling PLAIN = new Scheduling(false);

    public Scheduling {
        limitKeys = List.copyOf(limitKeys);
        needsClaim |= !limitKeys.isEmpty() || budget.limits();
    }

    /** A task that any agent may have. */
    public Scheduling(boolean needsClaim) {
        this(needsClaim, TaskSelector.ANY, false, List.of(), BudgetTerms.NONE);
    }

    /** A task that only the agents of a selector may have. */
    public static Scheduling at(TaskSelector selector) {
        return new Scheduling(false, selector, false, List.of(), BudgetTerms.NONE);
    }

    /** A task that limits count under these keys. */
    public static Scheduling limitedBy(List<String> keys) {
        return new Scheduling(false, TaskSelector.ANY, false, keys, BudgetTerms.NONE);
    }

    /** A task with a budget, its own or its DAG's. */
    public static Scheduling budgeted(BudgetTerms own) {
        return new Scheduling(true, TaskSelector.ANY, false, List.of(), own);
    }
}
