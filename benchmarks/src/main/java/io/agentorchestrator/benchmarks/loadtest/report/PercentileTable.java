package io.agentorchestrator.benchmarks.loadtest.report;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import java.util.ArrayList;
import java.util.List;

/** The percentiles that every report shows. */
final class PercentileTable {
    static final double[] PERCENTILES = {50, 90, 95, 99, 99.9, 99.99, 100};

    private PercentileTable() {}

    static ReportTable of(Latencies latencies) {
        List<List<String>> rows = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            rows.add(List.of(
                    name(percentile),
                    Figures.millis(Latencies.millis(latencies.submission(), percentile)),
                    Figures.millis(Latencies.millis(latencies.completion(), percentile))));
        }
        rows.add(List.of(
                "measured",
                Figures.count(latencies.submission().getTotalCount()) + " requests",
                Figures.count(latencies.completion().getTotalCount()) + " tasks"));
        return new ReportTable(
                "Latency, from the intended start", List.of("percentile", "submission", "completion"), rows);
    }

    static String name(double percentile) {
        if (percentile == 100) {
            return "max";
        }
        return percentile == Math.rint(percentile) ? "P" + (long) percentile : "P" + percentile;
    }
}
