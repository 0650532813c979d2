package io.agentorchestrator.benchmarks.placement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Prints what a trace costs and how long its tasks take under each strategy, and draws it. */
public final class CostComparison {
    private CostComparison() {}

    /**
     * Compares.
     *
     * @param arguments the trace, and the SVG to be written, if one is
     * @throws IOException if the trace cannot be read, or the SVG not written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 1 || arguments.length > 2) {
            System.err.println("usage: CostComparison TRACE.csv [PLOT.svg]");
            System.exit(2);
        }
        List<Comparison> all = Comparison.all(TracedRequest.read(Path.of(arguments[0])));
        System.out.println(
                "| load | agents × slots | strategy | USD per 1,000 tasks | mean s | P50 s | P99 s | tasks at cheap agents | commits a task |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Comparison each : all) {
            System.out.println(row(each, "`LEAST_LOADED`", each.leastLoaded()));
            System.out.println(row(each, "`COST_BASED`", each.costBased()));
        }
        if (arguments.length == 2) {
            Files.writeString(Path.of(arguments[1]), Plot.svg(all));
        }
    }

    private static String row(Comparison compared, String strategy, ReplayTally tally) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.3f | %.2f | %.2f | %.1f | %.0f %% | %.2f |",
                compared.name(),
                compared.agents(),
                strategy,
                tally.costPerThousandUsd(),
                tally.meanSeconds(),
                tally.percentileSeconds(0.5),
                tally.percentileSeconds(0.99),
                100 * tally.cheapShare(),
                tally.dispatchesPerTask());
    }
}
