package io.agentorchestrator.worker.release;

import io.agentorchestrator.worker.release.BacklogView.Fronts;
import java.time.Duration;

/**
 * Decides when release looks at the backlog and when it claims. Without a clock of its own: times are nanoseconds of one monotonic clock. Not
 * thread-safe, apart from {@link #startTook}.
 *
 * <p>At rest, that is with hardly any task out, whatever comes is claimed at once, as long as no other group is just being started. Under load a
 * claim is due when a good share of the credit is free, or a refill interval has passed (what other workers' tasks have freed is not
 * known here); and groups start at intervals, longer as Temporal takes longer to start one, so that they grow instead of
 * their number. What outranks tasks that are out waits for neither.
 */
final class ClaimPace {
    /** Tasks out of the backlog up to which the system is at rest: groups could not be large. */
    static final int AT_REST = 4;

    static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
    static final Duration MAX_START_INTERVAL = Duration.ofMillis(500);

    /** Starts of groups beyond which even urgent ones wait, in multiples of those that others may have. */
    private static final int URGENT_STARTS = 2;

    /** A start costs Temporal about as long as it takes: a quarter of its time is for starts. */
    private static final int START_INTERVAL_PER_LATENCY = 4;

    /** A look may take half of the time. */
    private static final int REST_PER_LOOK = 1;

    private static final long NEVER = Long.MAX_VALUE;
    private static final double WEIGHT_OF_A_START = 0.2;
    private static final Duration FIRST_RETRY = Duration.ofMillis(5);
    private static final Duration LAST_RETRY = Duration.ofMillis(40);
    private static final Duration LAST_VAIN_RETRY = Duration.ofMillis(160);

    private final Duration minStartInterval;
    private final Duration poll;
    private final int maxStarts;
    private final long bornNanos;

    private volatile double startLatencyNanos;
    private long nextLook;
    private long nextStart;
    private long nextUrgentStart;
    private long lastClaim;
    private long lastGroups;
    private Duration busyRetry = FIRST_RETRY;
    private Duration vainRetry = FIRST_RETRY;
    private boolean lastTook;
    private boolean wanted;

    /**
     * Has everything due at {@code nanos}.
     *
     * @param minStartInterval between two starts of groups under load
     * @param poll between two looks at most
     * @param maxStarts starts of groups that may be under way at once
     */
    ClaimPace(Duration minStartInterval, Duration poll, int maxStarts, long nanos) {
        this.minStartInterval = minStartInterval;
        this.poll = poll;
        this.maxStarts = maxStarts;
        this.bornNanos = nanos;
        this.lastClaim = -poll.toNanos();
        this.lastGroups = lastClaim;
    }

    /** The next step of release. */
    sealed interface Step {
        /**
         * Claims now.
         *
         * @param groups whether standalone tasks may leave, too
         */
        record Claim(boolean groups) implements Step {}

        /**
         * Waits.
         *
         * @param limit to wait at most, unless woken
         */
        record Wait(Duration limit) implements Step {}
    }

    /** Time until the next look, however often release is woken; zero if it is due. */
    Duration untilLook(long nanos) {
        return until(nextLook, since(nanos));
    }

    /** Notes a look, with or without a claim. */
    void looked(long begunNanos, long endedNanos, int outstanding) {
        long rest = REST_PER_LOOK * (endedNanos - begunNanos);
        nextLook = since(endedNanos) + (isAtRest(outstanding) ? rest : Math.max(rest, LOOK_INTERVAL.toNanos()));
    }

    /**
     * Decides after a look.
     *
     * @param groupStarts starts of groups that are under way
     */
    Step next(long nanos, BacklogView waiting, int groupStarts) {
        long now = since(nanos);
        long groupsAt = groupsAt(now, waiting, groupStarts);
        long runsAt = runsAt(now, waiting);
        if (Math.min(groupsAt, runsAt) <= now) {
            wanted = waiting.standalone().worthAClaim()
                    || waiting.inRuns().worthAClaim()
                    || waiting.standalone().urgent()
                    || waiting.inRuns().urgent();
            return new Step.Claim(groupsAt <= now || startAt(now, waiting.outstanding(), groupStarts) <= now);
        }
        long wait = Math.min(Math.min(groupsAt, runsAt) - now, poll.toNanos());
        return new Step.Wait(Duration.ofNanos(wait));
    }

    /** When a claim for the sake of standalone tasks is due. */
    private long groupsAt(long now, BacklogView waiting, int groupStarts) {
        Fronts fronts = waiting.standalone();
        if (!fronts.any()) {
            return NEVER;
        }
        long startAt = startAt(now, waiting.outstanding(), groupStarts);
        long dueAt = Math.max(startAt, fronts.worthAClaim() || fronts.urgent() ? now : refillAt(lastGroups, waiting));
        boolean urgent = fronts.urgent() && groupStarts < URGENT_STARTS * maxStarts;
        return urgent ? Math.min(dueAt, Math.max(now, nextUrgentStart)) : dueAt;
    }

    /** When a claim for the sake of tasks of runs is due. */
    private long runsAt(long now, BacklogView waiting) {
        Fronts fronts = waiting.inRuns();
        if (!fronts.any()) {
            return NEVER;
        }
        return fronts.worthAClaim() || fronts.urgent() ? now : refillAt(lastClaim, waiting);
    }

    /** When a group may start; the end of a start wakes release. */
    private long startAt(long now, int outstanding, int groupStarts) {
        if (isAtRest(outstanding)) {
            return groupStarts == 0 ? now : NEVER;
        }
        return groupStarts < maxStarts ? Math.max(now, nextStart) : NEVER;
    }

    private long refillAt(long last, BacklogView waiting) {
        long refill = waiting.refill().toNanos();
        return last + (lastTook ? refill : Math.max(refill, poll.toNanos()));
    }

    /**
     * Notes a claim.
     *
     * @param tasks that it took
     * @param groups whether standalone tasks could leave
     * @param groupsStarted groups that it starts
     */
    void claimed(long nanos, int tasks, boolean groups, int groupsStarted) {
        long now = since(nanos);
        lastClaim = now;
        lastGroups = groups ? now : lastGroups;
        lastTook = tasks > 0;
        busyRetry = FIRST_RETRY;
        if (tasks > 0) {
            vainRetry = FIRST_RETRY;
        } else if (wanted) {
            // Credit was free, and yet nothing could be taken: the runs are just being started.
            vainRetry = doubled(vainRetry, LAST_VAIN_RETRY);
            nextLook = Math.max(nextLook, now + vainRetry.toNanos());
        }
        if (groupsStarted > 0) {
            nextStart = now + startInterval().toNanos();
            nextUrgentStart = now + minStartInterval.toNanos();
        }
    }

    /** Time to wait since somebody else is claiming, longer each time. */
    Duration busy(long nanos) {
        Duration wait = busyRetry;
        nextLook = since(nanos) + wait.toNanos();
        busyRetry = doubled(busyRetry, LAST_RETRY);
        return wait;
    }

    /** Notes how long Temporal took to start a group. Thread-safe. */
    synchronized void startTook(Duration duration) {
        startLatencyNanos += WEIGHT_OF_A_START * (duration.toNanos() - startLatencyNanos);
    }

    /** Between two starts of groups under load. */
    Duration startInterval() {
        long earned = START_INTERVAL_PER_LATENCY * (long) startLatencyNanos;
        return Duration.ofNanos(Math.max(minStartInterval.toNanos(), Math.min(MAX_START_INTERVAL.toNanos(), earned)));
    }

    private static boolean isAtRest(int outstanding) {
        return outstanding <= AT_REST;
    }

    /** Since this was made, so that differences never overflow. */
    private long since(long nanos) {
        return nanos - bornNanos;
    }

    private static Duration until(long then, long now) {
        return then <= now ? Duration.ZERO : Duration.ofNanos(then - now);
    }

    private static Duration doubled(Duration duration, Duration max) {
        Duration twice = duration.multipliedBy(2);
        return twice.compareTo(max) < 0 ? twice : max;
    }
}
