package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long attempts have taken lately at agents, by task type: an exponentially weighted moving average of what this worker has seen.
 * Thread-safe.
 */
final class AttemptTimes {
    /** Up to here an attempt is short: several, one after the other, fit into the time that a local batch has. */
    static final Duration SHORT = Duration.ofMillis(300);

    /** The weight of the newest attempt. */
    private static final double NEWEST = 0.1;

    private final Map<String, Double> averageMillis = new ConcurrentHashMap<>();

    /** An attempt that this worker dispatched, or watched, has ended. */
    void ended(WatchedTask task, Instant now) {
        Instant startedAt = task.startedAt;
        if (startedAt != null) {
            add(task.task().taskType(), Duration.between(startedAt, now));
        }
    }

    void add(String taskType, Duration took) {
        double millis = Math.max(0, took.toMillis());
        averageMillis.merge(taskType, millis, (average, newest) -> average + NEWEST * (newest - average));
    }

    /** Whether there is any type of which {@link #areShort} would not be true. */
    boolean anyIsLong() {
        return averageMillis.values().stream().anyMatch(AttemptTimes::isLong);
    }

    /** Whether attempts of all of these types are short on average; of a type without any attempt that is assumed. */
    boolean areShort(Collection<String> taskTypes) {
        return taskTypes.stream().noneMatch(type -> isLong(averageMillis.getOrDefault(type, 0.0)));
    }

    private static boolean isLong(double millis) {
        return millis > SHORT.toMillis();
    }
}
