package io.agentorchestrator.benchmarks.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline.Second;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    private Path results;

    private static Report report() {
        Histogram submission = new Histogram(3);
        Histogram completion = new Histogram(3);
        for (int i = 1; i <= 1_000; i++) {
            submission.recordValue(i * 10L);
            completion.recordValue(i * 1_000L);
        }
        Report report = new Report("baseline", "Submits.", Instant.parse("2026-01-02T03:04:05Z"))
                .table("Machine", "processor", "a | b");
        report.chart(
                new Latencies(submission, completion),
                List.of(new Second(0, 100, 90, 80, 1.5, 2, 50, 100), new Second(1, 101, 91, 81, 1, 2, 50, 99.5)),
                1);
        return report;
    }

    @Test
    void tellsEachGoalAndWhetherAllHold() {
        String good = report().none("tasks lost", 0).markdown();
        String bad =
                report().none("tasks lost", 2).millisAtMost("P99", 99.5, 100).markdown();

        assertThat(good).contains("# Load test `baseline`: every goal holds", "| tasks lost | none | holds |");
        assertThat(bad)
                .contains(
                        "not every goal holds",
                        "| tasks lost | 2 | **fails** |",
                        "| P99 at most 100 ms | 99.5 ms | holds |");
    }

    @Test
    void showsPercentilesAndEscapesTables() {
        assertThat(report().markdown())
                .contains("| P50 | 5.0 ms | 500 ms |", "| P99.9 | 10.0 ms | 999 ms |", "| max | 10.0 ms | 1,000 ms |")
                .contains("| processor | a \\| b |");
    }

    @Test
    void nothingMeasuredIsNoSuccess() {
        assertThat(report().millisAtMost("P99", 0, 100).holds()).isFalse();
        assertThat(report().atLeast("rate", Double.NaN, 1, Figures::perSecond).holds())
                .isFalse();
    }

    @Test
    void writesReportFiguresAndCharts() throws IOException {
        Report.Written written = report().write(results);

        assertThat(written.folder()).isEqualTo(results.resolve("20260102-030405-baseline"));
        assertThat(Files.readString(written.folder().resolve("stats.csv")).lines())
                .containsExactly(
                        "second,phase,offered_tasks,accepted_tasks,completed_tasks,submission_p50_ms,submission_p99_ms,completion_p50_ms,completion_p99_ms",
                        "0,warm-up,100,90,80,1.500,2.000,50.000,100.000",
                        "1,measured,101,91,81,1.000,2.000,50.000,99.500");
        assertThat(written.folder().resolve("report.md")).exists();
        if (written.problem().equals(Optional.empty())) {
            for (String chart : List.of("latency-percentiles.png", "throughput.png")) {
                BufferedImage image =
                        ImageIO.read(written.folder().resolve(chart).toFile());
                assertThat(image.getWidth()).isEqualTo(1_200);
            }
        }
    }
}
