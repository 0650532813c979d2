package io.agentorchestrator.api.shedding;

import java.time.Duration;

/** An answer to a {@link Demand}. */
sealed interface Verdict {
    /** It is let in, and reserved: its way is to be settled. */
    record Admitted() implements Verdict {}

    /**
     * It is refused, since too many tasks are open.
     *
     * @param limit that it would go beyond
     * @param most open tasks up to which it would be let in
     * @param retryAfter when there will be room
     */
    record Shed(Limit limit, long most, Duration retryAfter) implements Verdict {}

    /**
     * It is refused, and will be whenever it comes: it is larger than all that may be open.
     *
     * @param limit that it is larger than
     * @param most tasks that fit
     */
    record TooLarge(Limit limit, long most) implements Verdict {}

    /**
     * It is refused, since its tenant has submitted too much of late.
     *
     * @param retryAfter when it may come
     */
    record RateLimited(Duration retryAfter) implements Verdict {}

    /** The limits of open tasks. */
    enum Limit {
        OPEN_TASKS,
        PARKED_TASKS,
        OPEN_TASKS_OF_TENANT,
        PARKED_TASKS_OF_TENANT
    }
}
