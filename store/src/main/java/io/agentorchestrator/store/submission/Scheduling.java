package io.agentorchestrator.store.submission;

/**
 * The rules by which a task gets capacity, beside its priority.
 *
 * @param needsClaim whether only a claim lets it out of the backlog, since a limit or a budget decides on it
 * @param budget its own
 */
public record Scheduling(boolean needsClaim, BudgetTerms budget) {
    /** Nothing but the priority. */
    public static final Scheduling PLAIN = new Scheduling(false);

    /** Without a budget of its own. */
    public Scheduling(boolean needsClaim) {
        this(needsClaim, BudgetTerms.NONE);
    }
}
