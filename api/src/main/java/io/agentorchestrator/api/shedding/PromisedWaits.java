package io.agentorchestrator.api.shedding;

import org.jspecify.annotations.Nullable;

/**
 * The waits that refused requests were told: each after all that were promised before it, so that those who keep to them come back one after the other, and not all
 * at once. Not thread-safe.
 */
final class PromisedWaits {
    /** Promises that are kept apart reach so far ahead: clients that come before their time would lengthen them for ever. */
    private static final double MAX_PROMISED_SECONDS = 60;

    private static final double MAX_WAIT_SECONDS = 3_600;
    private static final double SECOND_NANOS = 1e9;

    private @Nullable Long untilNanos;

    /**
     * Promises a wait, in seconds.
     *
     * @param first until there is room, whoever else waits
     * @param own in which there is room for it after those before
     * @param more in which there is none for those after it, beyond its own
     */
    double next(double first, double own, double more, long nowNanos) {
        double before = untilNanos == null ? 0 : Math.max(0, (untilNanos - nowNanos) / SECOND_NANOS);
        double wait = Math.max(first, Math.min(before + own, MAX_PROMISED_SECONDS));
        untilNanos = nowNanos + Math.round(Math.min(wait + more, MAX_WAIT_SECONDS) * SECOND_NANOS);
        return wait;
    }
}
