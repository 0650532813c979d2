package io.agentorchestrator.benchmarks.scaling;

import io.agentorchestrator.benchmarks.placement.TracedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Prints how many tasks wait too long, and what replicas cost, with and without forecasts, and draws it. */
public final class ScalingComparison {
    private static final int SEEDS = 5;
    private static final int PERCENT = 100;

    private ScalingComparison() {}

    /**
     * Compares.
     *
     * @param arguments the trace, and the SVG to be written, if one is
     * @throws IOException if the trace cannot be read, or the SVG not written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 1 || arguments.length > 2) {
            System.err.println("usage: ScalingComparison TRACE.csv [PLOT.svg]");
            System.exit(2);
        }
        List<ScalingRow> rows = ScalingRow.all(TracedRequest.read(Path.of(arguments[0])), SEEDS);
        System.out.println(
                "| load | late, reactive | reactive at 60 % | predictive | ratio (worst seed) | replica-hours, reactive | reactive at 60 % | predictive | ratio (worst seed) | forecast trusted |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        rows.forEach(row -> System.out.println(text(row)));
        if (arguments.length == 2) {
            Files.writeString(Path.of(arguments[1]), ScalingPlot.svg(rows));
        }
    }

    private static String text(ScalingRow row) {
        return String.format(
                Locale.ROOT,
                "| %s | %.2f %% | %.2f %% | %.2f %% | %.2f (%.2f) | %.0f | %.0f | %.0f | %.3f (%.3f) | %.0f %% |",
                row.name(),
                PERCENT * ScalingRow.lateShare(row.reactive()),
                PERCENT * ScalingRow.lateShare(row.roomy()),
                PERCENT * ScalingRow.lateShare(row.predictive()),
                row.lateRatio(),
                row.worstLateRatio(),
                ScalingRow.replicaHours(row.reactive()),
                ScalingRow.replicaHours(row.roomy()),
                ScalingRow.replicaHours(row.predictive()),
                row.costRatio(),
                row.worstCostRatio(),
                PERCENT * row.forecastShare());
    }
}
