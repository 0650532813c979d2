package io.agentorchestrator.store.submission;

import java.util.List;

/**
 * The rules by which a task gets capacity, beside its priority.
 *
 * @param needsClaim whether only a claim lets it out of the backlog, since a limit or a budget decides on it
 * @param limitKeys under which limits count it
 */
public record Scheduling(boolean needsClaim, List<String> limitKeys) {
    /** Nothing but the priority. */
    public static final Scheduling PLAIN = new Scheduling(false);

    public Scheduling {
        limitKeys = List.copyOf(limitKeys);
    }

    /** Rules of a task that no limit counts. */
    public Scheduling(boolean needsClaim) {
        this(needsClaim, List.of());
    }

    /** Of a task that limits count under these keys, if there are any. */
    public static Scheduling limitedBy(List<String> keys) {
        return keys.isEmpty() ? PLAIN : new Scheduling(true, keys);
    }
}
