package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * The figures of a run.
 *
 * @param latencies of the tasks that completed, from the call that starts the workflow to Temporal's word that it is closed; microseconds
 * @param failed tasks that ended otherwise, or not at all
 */
record Summary(Histogram latencies, double seconds, long failed) {
    /** One line of JSON. */
    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"completed\":%d,\"seconds\":%.3f,\"tasks_per_second\":%.1f,\"failed\":%d,\"p50_ms\":%.1f,\"p99_ms\":%.1f}",
                latencies.getTotalCount(),
                seconds,
                latencies.getTotalCount() / seconds,
                failed,
                Latencies.millis(latencies, 50),
                Latencies.millis(latencies, 99));
    }
}
