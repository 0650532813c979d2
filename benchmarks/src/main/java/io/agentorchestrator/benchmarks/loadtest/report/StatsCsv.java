package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import java.util.List;
import java.util.Locale;

/** The timeline as CSV. */
final class StatsCsv {
    private static final String HEADER =
            "second,phase,offered_tasks,accepted_tasks,completed_tasks,submission_p50_ms,submission_p99_ms,completion_p50_ms,completion_p99_ms\n";

    private StatsCsv() {}

    static String of(List<Timeline.Second> timeline, int warmUpSeconds) {
        StringBuilder text = new StringBuilder(HEADER);
        for (Timeline.Second each : timeline) {
            text.append(String.format(
                    Locale.ROOT,
                    "%d,%s,%d,%d,%d,%.3f,%.3f,%.3f,%.3f%n",
                    each.second(),
                    each.second() < warmUpSeconds ? "warm-up" : "measured",
                    each.offered(),
                    each.accepted(),
                    each.completed(),
                    each.submissionP50(),
                    each.submissionP99(),
                    each.completionP50(),
                    each.completionP99()));
        }
        return text.toString();
    }
}
