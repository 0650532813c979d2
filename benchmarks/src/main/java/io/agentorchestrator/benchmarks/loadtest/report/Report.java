package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The report of a run, which its scenario fills: goals and tables in their order, and what is drawn. For one thread. */
public final class Report {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final String CSV_HEADER =
            "second,phase,offered_tasks,accepted_tasks,completed_tasks,submission_p50_ms,submission_p99_ms,completion_p50_ms,completion_p99_ms\n";

    private final String scenario;
    private final String what;
    private final Instant at;
    private final List<GoalVerdict> verdicts = new ArrayList<>();
    private final List<ReportTable> tables = new ArrayList<>();
    private @Nullable Latencies latencies;
    private List<Timeline.Second> timeline = List.of();
    private int warmUpSeconds;

    /**
     * An empty report.
     *
     * @param what the scenario does, a sentence
     */
    public Report(String scenario, String what, Instant at) {
        this.scenario = scenario;
        this.what = what;
        this.at = at;
    }

    /** Adds a goal, what was measured, and whether it holds. */
    public Report goal(String goal, String measured, boolean holds) {
        return goal(new GoalVerdict(goal, measured, holds));
    }

    /** Adds a goal. */
    public Report goal(GoalVerdict verdict) {
        verdicts.add(verdict);
        return this;
    }

    /** Adds a share, rate or count that must not be lower. */
    public Report atLeast(String goal, double measured, double least, DoubleFunction<String> shown) {
        return goal(goal, shown.apply(measured), measured >= least);
    }

    /** Adds a latency that must not be higher. */
    public Report millisAtMost(String what, double measuredMillis, double mostMillis) {
        return goal(
                what + " at most " + Figures.millis(mostMillis),
                Figures.millis(measuredMillis),
                measuredMillis > 0 && measuredMillis <= mostMillis);
    }

    /** Adds a count that must be none. */
    public Report none(String goal, long found) {
        return goal(goal, found == 0 ? "none" : Figures.count(found), found == 0);
    }

    /** Adds the goals that every run must meet. */
    public Report nothingLost(Audit... audits) {
        return none("tasks lost", sum(Audit::lost, audits)).none("tasks completed twice", sum(Audit::doubled, audits));
    }

    private static long sum(ToLongFunction<Audit> count, Audit... audits) {
        return Arrays.stream(audits).mapToLong(count).sum();
    }

    /** Adds tables. */
    public Report tables(ReportTable... more) {
        tables.addAll(List.of(more));
        return this;
    }

    /** Adds a table of names and their values, as {@link ReportTable#of}. */
    public Report table(String title, Object... namesAndValues) {
        return tables(ReportTable.of(title, namesAndValues));
    }

    /**
     * Draws a run.
     *
     * @param seconds of the run, one after the other
     * @param first how many come first and do not count
     */
    public void chart(Latencies measured, List<Timeline.Second> seconds, int first) {
        latencies = measured;
        timeline = seconds;
        warmUpSeconds = first;
    }

    /** The goals so far. */
    public List<GoalVerdict> verdicts() {
        return verdicts;
    }

    /** Tells whether every goal is met. */
    public boolean holds() {
        return verdicts.stream().allMatch(GoalVerdict::holds);
    }

    /** The report as Markdown; the charts lie beside it. */
    String markdown() {
        StringBuilder text = new StringBuilder("# Load test `%s`: %s\n\n%s\n\nRun at %s.\n\n"
                .formatted(
                        scenario,
                        holds() ? "every goal holds" : "not every goal holds",
                        what,
                        at.truncatedTo(ChronoUnit.SECONDS)));
        text.append("## Goals\n\n| goal | measured | verdict |\n| --- | --- | --- |\n");
        for (GoalVerdict verdict : verdicts) {
            text.append("| %s | %s | %s |\n"
                    .formatted(verdict.goal(), verdict.measured(), verdict.holds() ? "holds" : "**fails**"));
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

    /** The folder that was written, and why the charts could not be drawn, if so. */
    public record Written(Path folder, Optional<String> problem) {}

    /** Writes everything to {@code TIME-SCENARIO} in the folder of all runs; a machine without fonts gets all but the charts. */
    public Written write(Path results) throws IOException {
        Path folder = Files.createDirectories(results.resolve(TIME.format(at) + "-" + scenario));
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(folder.resolve("stats.csv"), csv());
        try {
            if (latencies != null) {
                Charts.percentiles(latencies, scenario, folder.resolve("latency-percentiles.png"));
            }
            if (!timeline.isEmpty()) {
                Charts.throughput(timeline, warmUpSeconds, scenario, folder.resolve("throughput.png"));
            }
            return new Written(folder, Optional.empty());
        } catch (Error | RuntimeException noFonts) {
            // AWT answers missing native libraries with errors of several kinds.
            return new Written(folder, Optional.of("The charts could not be drawn (" + noFonts + ")."));
        }
    }

    private String csv() {
        StringBuilder text = new StringBuilder(CSV_HEADER);
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
