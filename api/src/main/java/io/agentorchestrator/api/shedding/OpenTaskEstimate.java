package io.agentorchestrator.api.shedding;

import java.time.Duration;

/**
 * An estimate of how many tasks are open between two counts of the store, and of how many this API may still admit.
 *
 * <p>A count finds N tasks; a limit L leaves L − N of them, of which each of n APIs has an equal part. From then on an API takes off what it admits itself, and
 * adds what drains: it may admit (L − N) / n + h·d·t − a after t seconds. Here d is its part of the drain rate between the last two counts, by conservation
 * of flow (a − ΔN / n) / Δt: over all APIs, that sums up to the tasks that ended in a second. So what is accepted under overload follows the
 * drain rate from moment to moment, instead of going on and off with each count. That h is less than 1 holds a tenth back, which
 * the next count divides equally: an API that had nothing gets its part, and an error of d decays by as much. The number of open tasks settles at L − (1 − h)·D·T,
 * for a drain rate D and T seconds between counts. It is the token bucket of the leaky-bucket literature (Turner 1986), filled at the measured
 * rate and corrected by what is measured.
 *
 * <p>What other APIs admit beyond their parts is not seen before the next count: a request may be larger than the part, so each of them may
 * exceed it by one request. Not thread-safe.
 */
final class OpenTaskEstimate {
    /** The part of the drain rate that is given out before the next count. */
    static final double GIVEN_OUT = 0.9;

    /** Wait that is told while nothing drains: nobody knows. */
    static final Duration UNKNOWN_WAIT = Duration.ofSeconds(30);

    private static final Duration MAX_WAIT = Duration.ofHours(1);
    private static final double LEAST_RATE = 1e-3;
    private static final double LEAST_SECONDS = 1e-3;
    /** Sums of parts of a task are not exact. */
    private static final double ROUNDING = 1e-6;

    private static final double SECOND_NANOS = 1e9;

    private boolean known;
    private long counted;
    private long countedAtNanos;
    private boolean measured;
    private double drainPerSecond;
    /** Admitted, and not yet known to be stored. */
    private long underWay;
    /** Stored since the last count began. */
    private long stored;
    /** Stored since the count that is under way began. */
    private long storedSinceMark;

    private final PromisedWaits promises = new PromisedWaits();

    /** Admits tasks that are to be stored now. */
    void reserve(long tasks) {
        underWay += tasks;
    }

    /** Takes note of what came of tasks that were reserved. */
    void settle(long tasks, boolean isStored) {
        underWay -= tasks;
        if (isStored) {
            stored += tasks;
            storedSinceMark += tasks;
        }
    }

    /** Begins a count: what is settled from now on may not be in it. */
    void mark() {
        storedSinceMark = 0;
    }

    /** Tells how many fewer there are by a count than there were, and came since: this API's part of them. */
    double gone(long tasks, int apis) {
        return known ? stored - storedSinceMark - (tasks - counted) / (double) apis : 0;
    }

    /**
     * Goes by a count.
     *
     * @param markNanos when it began
     * @param apis among which its result is divided
     * @param leastInterval counts that follow each other sooner measure no rate
     * @param mostGone what is gone beyond it has not drained
     */
    void adopt(long tasks, long markNanos, int apis, Duration leastInterval, double mostGone) {
        double seconds = (markNanos - countedAtNanos) / SECOND_NANOS;
        if (known && seconds > LEAST_SECONDS && markNanos - countedAtNanos >= leastInterval.toNanos()) {
            double rate = Math.max(0, Math.min(gone(tasks, apis), mostGone)) / seconds;
            drainPerSecond = measured ? (drainPerSecond + rate) / 2 : rate;
            measured = true;
        }
        known = true;
        counted = tasks;
        countedAtNanos = markNanos;
        stored = storedSinceMark;
    }

    /** Estimates how many are open, as far as this API knows. */
    long open(long nowNanos, int apis) {
        return Math.max(0, Math.round(counted + stored + underWay - apis * drained(nowNanos, apis)));
    }

    /** Counts how many this API may admit before the limit. Less than 1: none. */
    double room(long limit, long nowNanos, int apis) {
        return (limit - counted) / (double) apis - stored - underWay + drained(nowNanos, apis);
    }

    /**
     * Tells whether a request of so many tasks fits: whole, and this API's part of the room is not used up, or it has admitted none since the
     * last count. So a limit that is less than the number of APIs lets tasks in, too.
     */
    boolean admits(long tasks, long limit, long nowNanos, int apis) {
        return (stored + underWay == 0 || room(limit, nowNanos, apis) >= 1 - ROUNDING)
                && roomOfAll(limit, nowNanos, apis) >= tasks - ROUNDING;
    }

    private double roomOfAll(long limit, long nowNanos, int apis) {
        return limit - counted - stored - underWay + apis * drained(nowNanos, apis);
    }

    private double drained(long nowNanos, int apis) {
        double seconds = Math.max(0, (nowNanos - countedAtNanos) / SECOND_NANOS);
        return Math.min(
                GIVEN_OUT * drainPerSecond * seconds,
                Math.max(0, counted) / (double) apis + Math.max(0, stored + underWay));
    }

    /**
     * Promises a refused request when there will be room: once as much has drained as it lacks, and after all that were promised before it, so that
     * those who keep to it come back at the drain rate.
     */
    Duration promise(long tasks, long limit, long nowNanos, int apis) {
        if (tasks > limit) {
            return MAX_WAIT;
        }
        if (drainPerSecond < LEAST_RATE) {
            return UNKNOWN_WAIT;
        }
        double lacking =
                Math.max(1.0 - room(limit, nowNanos, apis), (tasks - roomOfAll(limit, nowNanos, apis)) / (double) apis);
        double perSecond = GIVEN_OUT * drainPerSecond;
        double wait = promises.next(lacking / perSecond, tasks / perSecond, 0, nowNanos);
        return Duration.ofSeconds(Math.clamp((long) Math.ceil(wait - ROUNDING), 1, MAX_WAIT.toSeconds()));
    }

    /** Tells whether it waits to hear what came of tasks. */
    boolean isUnderWay() {
        return underWay > 0;
    }

    /** Tells whether nothing is left to remember. */
    boolean isIdle() {
        return counted == 0 && stored == 0 && underWay == 0;
    }
}
