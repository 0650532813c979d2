package io.agentorchestrator.workflows.scaling;

import java.time.Duration;

/**
 * The aims of scaling a pool.
 *
 * @param targetUtilization share of slots that are to be busy, more than 0 and at most 1
 * @param drainTime in which a backlog is to be gone
 * @param startTime from the wish for a replica until its agent takes tasks, measured or configured
 * @param stabilization time for which a wish has to be over before replicas are taken away for it
 * @param tolerance share of the replicas by which a wish has to differ from them
 */
public record ScalingPolicy(
        double targetUtilization, Duration drainTime, Duration startTime, Duration stabilization, double tolerance) {
    /** Bound of a start time: forecasts reach no further. */
    public static final Duration MAX_START_TIME = Duration.ofMinutes(30);

    /**
     * Slots four fifths busy, a backlog gone in a minute, replicas that take 90 s to start; window and tolerance as Kubernetes' horizontal pod
     * autoscaler has them.
     */
    public static final ScalingPolicy DEFAULT =
            new ScalingPolicy(0.8, Duration.ofMinutes(1), Duration.ofSeconds(90), Duration.ofMinutes(5), 0.1);

    private static final double MILLIS_PER_SECOND = 1e3;

    public ScalingPolicy {
        if (!(targetUtilization > 0 && targetUtilization <= 1)) {
            throw new IllegalArgumentException(
                    "targetUtilization is more than 0 and at most 1, not " + targetUtilization);
        }
        if (drainTime.toMillis() <= 0) {
            throw new IllegalArgumentException("drainTime is a millisecond or more, not " + drainTime);
        }
        if (startTime.isNegative() || startTime.compareTo(MAX_START_TIME) > 0) {
            throw new IllegalArgumentException("startTime is from 0 to " + MAX_START_TIME + ", not " + startTime);
        }
        if (stabilization.isNegative()) {
            throw new IllegalArgumentException("stabilization is 0 or more, not " + stabilization);
        }
        if (!(tolerance >= 0 && tolerance < 1)) {
            throw new IllegalArgumentException("tolerance is from 0 to less than 1, not " + tolerance);
        }
    }

    double drainSeconds() {
        return drainTime.toMillis() / MILLIS_PER_SECOND;
    }
}
