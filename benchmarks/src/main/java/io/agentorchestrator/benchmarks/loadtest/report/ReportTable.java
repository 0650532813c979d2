package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** A table of a report, under a heading. */
public record ReportTable(String title, List<String> header, List<List<String>> rows) {
    /** Copies the cells. */
    public ReportTable {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** A table of names and their values, given in turn; numbers are counts. */
    public static ReportTable of(String title, Object... namesAndValues) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            rows.add(List.of(
                    namesAndValues[i].toString(),
                    value instanceof Number count ? Figures.count(count.longValue()) : value.toString()));
        }
        return new ReportTable(title, List.of("", ""), rows);
    }

    /** The outcomes of acknowledged tasks, as the store has them. */
    public static ReportTable audit(Audit audit) {
        return of(
                        "Tasks counted, warm-up included",
                        "acknowledged",
                        audit.acknowledged(),
                        "completed",
                        audit.completed(),
                        "failed",
                        audit.failed(),
                        "cancelled",
                        audit.cancelled(),
                        "lost: unknown to the API",
                        audit.missing(),
                        "lost: not ended in time",
                        audit.open() - audit.missing(),
                        "completed more than once",
                        audit.doubled(),
                        "took more than one attempt",
                        audit.retried(),
                        "success rate",
                        Figures.percent(audit.success()))
                .with("attempts that ended in ", audit.attempts());
    }

    /** Cores by process. */
    public static ReportTable cores(Map<String, Double> cores) {
        if (cores.isEmpty()) {
            return new ReportTable("Processor time", List.of("this system does not tell"), List.of());
        }
        List<List<String>> rows = new ArrayList<>();
        cores.forEach((name, used) -> rows.add(List.of(name, Figures.decimal(used))));
        return new ReportTable(
                        "Processor time in the measured time", List.of("process, with its children", "cores"), rows)
                .with("together", Figures.decimal(Figures.sum(cores)));
    }

    /** A configuration, with the tasks' own behind it. */
    public static ReportTable configuration(Mix mix, Object... namesAndValues) {
        ReportTable table = of("Configuration", namesAndValues)
                .with("task types, priorities", mix.types() + ", 5; all equally frequent")
                .with("payload", Figures.count(mix.payloadBytes()) + " bytes")
                .with("result", Figures.count(mix.resultBytes()) + " bytes of padding")
                .with(
                        "agents take",
                        mix.sigma() == 0
                                ? Figures.millis(mix.medianMillis())
                                : String.format(
                                        Locale.ROOT,
                                        "lognormal, median %.0f ms, sigma %.2f, cut at %d ms",
                                        mix.medianMillis(),
                                        mix.sigma(),
                                        mix.maxMillis()));
        Mix.Trouble trouble = mix.trouble();
        return trouble.share() == 0
                ? table
                : table.with(
                        "attempts that go wrong",
                        String.format(
                                Locale.ROOT,
                                "%.2f %%: fail %.2f, hang %.2f, ten times as slow %.2f, garbage %.2f, crash %.2f",
                                100 * trouble.share(),
                                100 * trouble.fail(),
                                100 * trouble.hang(),
                                100 * trouble.slow(),
                                100 * trouble.garbage(),
                                100 * trouble.crash()));
    }

    /**
     * A table of percentiles of two durations, in microseconds.
     *
     * @param percentiles from 0 to 100, which is the maximum
     */
    public static ReportTable percentiles(
            String title, List<String> header, Histogram first, Histogram second, double... percentiles) {
        return new ReportTable(
                title,
                header,
                Arrays.stream(percentiles)
                        .mapToObj(percentile -> List.of(
                                percentile == 100 ? "max" : ("P" + percentile).replace(".0", ""),
                                Figures.millis(Latencies.millis(first, percentile)),
                                Figures.millis(Latencies.millis(second, percentile))))
                        .toList());
    }

    /** The same with another row. */
    public ReportTable with(String... cells) {
        return with(List.of(List.of(cells)));
    }

    /** The same with a row a count, behind the others, whose name begins with the prefix. */
    public ReportTable with(String prefix, Map<?, ? extends Number> counts) {
        return with(counts.entrySet().stream()
                .map(each -> List.of(
                        prefix + each.getKey(), Figures.count(each.getValue().longValue())))
                .toList());
    }

    private ReportTable with(List<List<String>> more) {
        return new ReportTable(
                title, header, Stream.concat(rows.stream(), more.stream()).toList());
    }

    String markdown() {
        StringBuilder text = new StringBuilder("## " + title + "\n\n");
        line(text, header);
        line(text, Collections.nCopies(header.size(), "---"));
        rows.forEach(row -> line(text, row));
        return text.append('\n').toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append('|');
        for (String cell : cells) {
            text.append(' ').append(cell.replace("|", "\\|").replace("\n", " ")).append(" |");
        }
        text.append('\n');
    }
}
