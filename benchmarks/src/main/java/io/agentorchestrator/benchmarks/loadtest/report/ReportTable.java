package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        line(text, header.stream().map(cell -> "---").toList());
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
