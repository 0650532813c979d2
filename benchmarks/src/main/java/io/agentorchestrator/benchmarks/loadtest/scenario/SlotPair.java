package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An agent and its tasks, written {@code 100x50}.
 *
 * @param slots how many tasks the agent takes at once
 * @param taskMillis how long it takes for each
 */
public record SlotPair(int slots, int taskMillis) {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,6})x(\\d{1,6})");
    private static final int MAX_SLOTS = 100_000;
    private static final int MAX_TASK_MILLIS = 60_000;
    private static final int MAX_PAIRS = 20;

    /** Refuses what cannot be measured. */
    public SlotPair {
        if (slots < 1 || slots > MAX_SLOTS || taskMillis < 1 || taskMillis > MAX_TASK_MILLIS) {
            throw new CliFailure("--pairs takes 1 to " + MAX_SLOTS + " slots and tasks of 1 to " + MAX_TASK_MILLIS
                    + " ms, not " + slots + "x" + taskMillis + ".");
        }
    }

    /** Reads pairs as a user writes them. */
    public static List<SlotPair> parse(List<String> written) {
        if (written.size() > MAX_PAIRS) {
            throw new CliFailure("--pairs takes at most " + MAX_PAIRS + " pairs, not " + written.size() + ".");
        }
        return written.stream().map(SlotPair::parse).toList();
    }

    private static SlotPair parse(String written) {
        Matcher matcher = WRITTEN.matcher(written.strip());
        if (!matcher.matches()) {
            throw new CliFailure("--pairs takes slots and milliseconds, such as 1x100,10x100, not `" + written + "`.");
        }
        return new SlotPair(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Tasks a second of an agent that is always busy. */
    double fullRate() {
        return slots * 1e3 / taskMillis;
    }

    /** The tasks that a busy agent does in a time. */
    long fullTasks(Duration time) {
        return (long) Math.ceil(fullRate() * time.toNanos() / 1e9);
    }

    /**
     * The share of the slots that was busy between two moments, 0 to 1: each completed task was so for as long as it lasts, up to its end. Of
     * tasks across the edges, the part inside counts.
     *
     * @param endedMicros the ends of the tasks that completed, microseconds of the epoch
     */
    double busy(long[] endedMicros, Instant from, Instant to) {
        long first = TaskLog.micros(from);
        long last = TaskLog.micros(to);
        long micros = 1_000L * taskMillis;
        long busy = 0;
        for (long ended : endedMicros) {
            busy += Math.max(0, Math.min(ended, last) - Math.max(ended - micros, first));
        }
        return (double) busy / slots / (last - first);
    }

    @Override
    public String toString() {
        return slots + "x" + taskMillis;
    }
}
