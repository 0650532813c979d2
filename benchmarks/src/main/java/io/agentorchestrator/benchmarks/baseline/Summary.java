package io.agentorchestrator.benchmarks.baseline;

import java.util.Arrays;
import java.util.Locale;

/**
 * What was measured.
 *
 * @param latenciesMillis of the tasks that completed, from the call that starts the workflow to Temporal's word that it is closed
 * @param failed tasks that ended otherwise, or not at all
 */
@SuppressWarnings("ArrayRecordComponent")
record Summary(double[] latenciesMillis, double seconds, long failed) {
    Summary {
        latenciesMillis = latenciesMillis.clone();
        Arrays.sort(latenciesMillis);
    }

    int completed() {
        return latenciesMillis.length;
    }

    double tasksPerSecond() {
        return completed() / seconds;
    }

    /** The nearest rank's; 0 where nothing completed. */
    double percentileMillis(double percent) {
        if (latenciesMillis.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100 * latenciesMillis.length);
        return latenciesMillis[Math.max(1, rank) - 1];
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
                percentileMillis(50),
                percentileMillis(99));
    }
}
