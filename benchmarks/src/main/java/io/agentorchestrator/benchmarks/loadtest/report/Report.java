package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a run.
 *
 * @param what the scenario does, a sentence
 * @param tables in the order of the report
 * @param timeline second by second; empty where it tells nothing
 * @param warmUpSeconds of those, how many come first and do not count
 */
public record Report(
        String scenario,
        String what,
        Instant at,
        List<GoalVerdict> verdicts,
        List<ReportTable> tables,
        @Nullable Latencies latencies,
        List<Timeline.Second> timeline,
        int warmUpSeconds) {
    /** Copies the lists. */
    public Report {
        verdicts = List.copyOf(verdicts);
        tables = List.copyOf(tables);
        timeline = List.copyOf(timeline);
    }

    /** Tells whether every goal is met. */
    public boolean holds() {
        return verdicts.stream().allMatch(GoalVerdict::holds);
    }

    /** The report as Markdown; the charts lie beside it. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Load test `").append(scenario).append("`: ");
        text.append(holds() ? "every goal holds" : "not every goal holds").append("\n\n");
        text.append(what).append("\n\n");
        text.append("Run at ").append(at.truncatedTo(ChronoUnit.SECONDS)).append(".\n\n");
        text.append("## Goals\n\n| goal | measured | verdict |\n| --- | --- | --- |\n");
        for (GoalVerdict verdict : verdicts) {
            text.append("| ").append(verdict.goal()).append(" | ").append(verdict.measured());
            text.append(verdict.holds() ? " | holds |\n" : " | **fails** |\n");
        }
        text.append('\n');
        if (latencies != null) {
            text.append(percentiles(latencies).markdown());
            text.append("![Latency by percentile](latency-percentiles.png)\n\n");
        }
        if (!timeline.isEmpty()) {
            text.append("![Throughput over time](throughput.png)\n\n");
        }
        tables.forEach(table -> text.append(table.markdown()));
        return text.toString();
    }

    private static ReportTable percentiles(Latencies latencies) {
        return ReportTable.percentiles(
                        "Latency, from the intended start",
                        List.of("percentile", "submission", "completion"),
                        latencies.submission(),
                        latencies.completion(),
                        50,
                        90,
                        95,
                        99,
                        99.9,
                        99.99,
                        100)
                .with(
                        "measured",
                        Figures.count(latencies.submission().getTotalCount()) + " requests",
                        Figures.count(latencies.completion().getTotalCount()) + " tasks");
    }
}
