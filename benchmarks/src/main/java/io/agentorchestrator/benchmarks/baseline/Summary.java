package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import java.util.Locale;

/**
 * The figures of a run.
 *
 * @param latenciesMillis of the tasks that completed, from the call that starts the workflow to Temporal's word that it is closed
 * @param failed tasks that ended otherwise, or not at all
 */
@SuppressWarnings("ArrayRecordComponent")
record Summary(double[] latenciesMillis, double seconds, long failed) {
    Summary {
        latenciesMillis = latenciesMillis.clone();
    }

    int completed() {
        return latenciesMillis.length;
    }

    double tasksPerSecond() {
        return completed() / seconds;
    }

    /** One line of JSON. */
    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"completed\":%d,\"seconds\":%.3f,\"tasks_per_second\":%.1f,\"failed\":%d,\"p50_ms\":%.1f,\"p99_ms\":%.1f}",
                completed(),
                seconds,
                tasksPerSecond(),
                failed,
                Latencies.percentile(latenciesMillis, 50),
                Latencies.percentile(latenciesMillis, 99));
    }
}
