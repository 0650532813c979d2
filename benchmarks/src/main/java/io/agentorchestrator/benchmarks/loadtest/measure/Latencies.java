package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import java.time.Duration;
import java.time.Instant;
import org.HdrHistogram.Histogram;

/**
 * The durations of submissions and completions, of the tasks that were due in a span of time; microseconds.
 *
 * @param submission from the intended time to the acknowledgement, once a request
 * @param completion from the intended time to the end that the store recorded, of each task that completed
 */
public record Latencies(Histogram submission, Histogram completion) {
    private static final long HIGHEST_MICROS = Duration.ofHours(2).toNanos() / 1_000;
    private static final int DIGITS = 3;

    /** None yet, of which the histograms will tell so many digits. */
    static Latencies ofDigits(int digits) {
        return new Latencies(new Histogram(HIGHEST_MICROS, digits), new Histogram(HIGHEST_MICROS, digits));
    }

    /** An empty one of microseconds. */
    public static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, DIGITS);
    }

    /** Adds a duration; what is out of a histogram's range counts as its bound. */
    public static void record(Histogram histogram, long micros) {
        histogram.recordValue(Math.clamp(micros, 0, HIGHEST_MICROS));
    }

    /** The latencies of tasks due from {@code from} until before {@code to}. */
    public static Latencies between(Instant from, Instant to, TaskLog log) {
        long fromMicros = TaskLog.micros(from);
        long toMicros = TaskLog.micros(to);
        Latencies latencies = ofDigits(DIGITS);
        for (int i = 0; i < log.size(); i++) {
            long intended = log.intendedMicros(i);
            if (intended >= fromMicros && intended < toMicros) {
                latencies.add(i, log);
            }
        }
        return latencies;
    }

    void add(int index, TaskLog log) {
        int submitted = log.submissionMicros(index);
        if (submitted >= 0) {
            record(submission, submitted);
        }
        if (log.status(index) == Status.COMPLETED) {
            record(completion, log.endedMicros(index) - log.intendedMicros(index));
        }
    }

    /** A percentile of the submissions in milliseconds; 0 where there are none. */
    public double submissionMillis(double percentile) {
        return millis(submission, percentile);
    }

    /** A percentile of the completions in milliseconds; 0 where there are none. */
    public double completionMillis(double percentile) {
        return millis(completion, percentile);
    }

    /** A percentile in milliseconds; 0 where nothing was measured. */
    public static double millis(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
