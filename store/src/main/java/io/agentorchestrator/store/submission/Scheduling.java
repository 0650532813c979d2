package io.agentorchestrator.store.submission;

/**
 * The rules by which a task gets capacity, beside its priority.
 *
 * @param needsClaim whether only a claim lets it out of the backlog, since a limit or a budget decides on it
 */
public record Scheduling(boolean needsClaim) {
    /** Nothing but the priority. */
    public static final Scheduling PLAIN = new Scheduling(false);
}
