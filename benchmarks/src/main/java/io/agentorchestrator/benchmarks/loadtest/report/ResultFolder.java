package io.agentorchestrator.benchmarks.loadtest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Where a run's results go: {@code load_test_results/TIME-SCENARIO/}. */
public final class ResultFolder {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Path results;

    /** @param results the folder of all runs */
    public ResultFolder(Path results) {
        this.results = results;
    }

    /** The folder that was written, and why the charts could not be drawn, if so. */
    public record Written(Path folder, Optional<String> problem) {}

    /** Writes everything; a machine without fonts gets all but the charts. */
    public Written write(Report report) throws IOException {
        Path folder = results.resolve(TIME.format(report.at()) + "-" + report.scenario());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), report.markdown());
        Files.writeString(folder.resolve("stats.csv"), StatsCsv.of(report.timeline(), report.warmUpSeconds()));
        try {
            draw(report, folder);
            return new Written(folder, Optional.empty());
        } catch (Error | RuntimeException noFonts) {
            // AWT answers missing native libraries with errors of several kinds.
            return new Written(folder, Optional.of("The charts could not be drawn (" + noFonts + ")."));
        }
    }

    private static void draw(Report report, Path folder) throws IOException {
        if (report.latencies() != null) {
            Charts.percentiles(report.latencies(), report.scenario(), folder.resolve("latency-percentiles.png"));
        }
        if (!report.timeline().isEmpty()) {
            Charts.throughput(
                    report.timeline(), report.warmUpSeconds(), report.scenario(), folder.resolve("throughput.png"));
        }
    }
}
