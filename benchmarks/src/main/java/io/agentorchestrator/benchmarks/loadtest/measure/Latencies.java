package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
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

    /** An empty one of microseconds. */
    public static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, DIGITS);
    }

    /** A percentile of these, by the histogram of all latencies here: three digits are right. 0 where there are none. */
    public static double percentile(double[] millis, double percentile) {
        Histogram histogram = histogram();
        for (double each : millis) {
            histogram.recordValue(Math.clamp(Math.round(each * 1e3), 0, HIGHEST_MICROS));
        }
        return millis(histogram, percentile);
    }

    /** The latencies of tasks due from {@code from} until before {@code to}. */
    public static Latencies between(Instant from, Instant to, TaskLog log, Ends ends) {
        long fromMicros = TaskLog.micros(from);
        long toMicros = TaskLog.micros(to);
        Latencies latencies = new Latencies(histogram(), histogram());
        for (int i = 0; i < log.size(); i++) {
            long intended = log.intendedMicros(i);
            if (intended >= fromMicros && intended < toMicros) {
                latencies.add(i, intended, log, ends);
            }
        }
        return latencies;
    }

    private void add(int index, long intended, TaskLog log, Ends ends) {
        int submitted = log.submissionMicros(index);
        if (submitted >= 0) {
            submission.recordValue(Math.min(HIGHEST_MICROS, submitted));
        }
        if (ends.status(index) == Status.COMPLETED) {
            long took = ends.endedMicros(index) - intended;
            completion.recordValue(Math.clamp(took, 0, HIGHEST_MICROS));
        }
    }

    /** A percentile in milliseconds; 0 where nothing was measured. */
    public static double millis(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
