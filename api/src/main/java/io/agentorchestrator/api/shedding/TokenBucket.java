package io.agentorchestrator.api.shedding;

import java.time.Duration;

/**
 * A limit of a rate: tokens come at the rate, and at most a second's worth of them is saved. A request takes one for each of its tasks. One that is
 * larger than a second's worth waits until the bucket is full and leaves a debt, which those after it wait for: so a rate is kept on average, however large the
 * requests. In t seconds it lets pass rate·(t + 1) tasks and one request. Not thread-safe.
 */
final class TokenBucket {
    private static final double SECOND_NANOS = 1e9;
    private static final Duration MAX_WAIT = Duration.ofHours(1);
    /** Sums of parts of a token are not exact. */
    private static final double ROUNDING = 1e-6;

    private final PromisedWaits promises = new PromisedWaits();
    private double tokens;
    private double ratePerSecond;
    private long atNanos;

    /** Is full at first. */
    TokenBucket(double ratePerSecond, long nowNanos) {
        this.ratePerSecond = ratePerSecond;
        this.tokens = size();
        this.atNanos = nowNanos;
    }

    /** Goes by this rate from now on, more than 0. */
    void rate(double perSecond, long nowNanos) {
        refill(nowNanos);
        ratePerSecond = perSecond;
        tokens = Math.min(tokens, size());
    }

    /** The time until so many tasks may pass, and after all that were told a time before them; zero if they may now. */
    Duration waitFor(long tasks, long nowNanos) {
        refill(nowNanos);
        double needed = Math.min((double) tasks, size());
        double lacking = needed - tokens;
        if (lacking <= ROUNDING) {
            return Duration.ZERO;
        }
        double wait = promises.next(
                lacking / ratePerSecond, needed / ratePerSecond, (tasks - needed) / ratePerSecond, nowNanos);
        return Duration.ofSeconds(Math.clamp((long) Math.ceil(wait - ROUNDING), 1, MAX_WAIT.toSeconds()));
    }

    /** Takes the tokens of tasks that pass. */
    void take(long tasks) {
        tokens -= tasks;
    }

    /** Returns the tokens of tasks that did not pass after all. */
    void giveBack(long tasks) {
        tokens = Math.min(size(), tokens + tasks);
    }

    private void refill(long nowNanos) {
        tokens = Math.min(size(), tokens + ratePerSecond * Math.max(0, nowNanos - atNanos) / SECOND_NANOS);
        atNanos = nowNanos;
    }

    private double size() {
        return Math.max(1, ratePerSecond);
    }
}
