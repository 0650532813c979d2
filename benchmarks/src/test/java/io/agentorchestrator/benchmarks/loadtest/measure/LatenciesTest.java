package io.agentorchestrator.benchmarks.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.End;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline.Second;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TaskLog log = new TaskLog();

    /** A request of so many tasks. */
    private void request(Duration due, int tasks, Duration submission, Duration completion, Status status) {
        int first = log.size();
        long intended = TaskLog.micros(START.plus(due));
        List<UUID> ids = IntStream.range(first, first + tasks)
                .mapToObj(id -> new UUID(0, id))
                .toList();
        log.add(ids, intended, submission.toNanos() / 1_000);
        for (int i = first; i < log.size() && status != Status.OPEN; i++) {
            log.end(i, new End(status, intended, intended + completion.toNanos() / 1_000, 1));
        }
    }

    @Test
    void countsRequestsOnceAndTasksEach() {
        request(Duration.ofSeconds(1), 10, Duration.ofMillis(5), Duration.ofMillis(100), Status.COMPLETED);
        request(Duration.ofSeconds(2), 1, Duration.ofMillis(7), Duration.ofMillis(300), Status.COMPLETED);

        Latencies latencies = Latencies.between(START, START.plusSeconds(10), log);

        assertThat(latencies.submission().getTotalCount()).isEqualTo(2);
        assertThat(latencies.completion().getTotalCount()).isEqualTo(11);
        assertThat(Latencies.millis(latencies.completion(), 50)).isCloseTo(100, within(0.2));
        assertThat(Latencies.millis(latencies.submission(), 100)).isCloseTo(7, within(0.02));
    }

    @Test
    void leavesOutTheWarmUpAndWhatDidNotComplete() {
        request(Duration.ZERO, 1, Duration.ofMillis(900), Duration.ofMillis(900), Status.COMPLETED);
        request(Duration.ofSeconds(5), 1, Duration.ofMillis(5), Duration.ofMillis(100), Status.FAILED);
        request(Duration.ofSeconds(6), 1, Duration.ofMillis(5), Duration.ofMillis(100), Status.OPEN);
        request(Duration.ofSeconds(7), 1, Duration.ofMillis(5), Duration.ofMillis(100), Status.COMPLETED);

        Latencies latencies = Latencies.between(START.plusSeconds(5), START.plusSeconds(10), log);

        assertThat(latencies.submission().getTotalCount()).isEqualTo(3);
        assertThat(latencies.completion().getTotalCount()).isEqualTo(1);
    }

    @Test
    void nothingMeasuredIsZero() {
        assertThat(Latencies.millis(Latencies.between(START, START, log).completion(), 99))
                .isZero();
    }

    @Test
    void theTimelineCountsEachInItsSecond() {
        request(Duration.ofMillis(100), 2, Duration.ofMillis(50), Duration.ofMillis(1_500), Status.COMPLETED);
        request(Duration.ofMillis(900), 1, Duration.ofMillis(300), Duration.ofMillis(200), Status.COMPLETED);
        request(Duration.ofSeconds(130), 1, Duration.ofMillis(1), Duration.ofMillis(1), Status.FAILED);

        List<Second> timeline = Timeline.of(START, log);

        assertThat(timeline).hasSize(131);
        assertThat(timeline.get(0))
                .returns(3, Second::offered)
                .returns(2, Second::accepted)
                .returns(0, Second::completed);
        assertThat(timeline.get(1))
                .returns(0, Second::offered)
                .returns(1, Second::accepted)
                .returns(3, Second::completed);
        assertThat(timeline.get(130)).returns(1, Second::offered).returns(0, Second::completed);
        assertThat(timeline.get(0).completionP99()).isCloseTo(1_500, within(20.0));
    }

    @Test
    void heapIsTheSumOfItsPools() {
        assertThat(Prometheus.heapBytes("""
                # TYPE jvm_memory_used_bytes gauge
                jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E7
                jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 500.0
                jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 7.0E7
                """)).isEqualTo(15_000_500);
        assertThat(Prometheus.heapBytes("nothing of it")).isZero();
    }

    @Test
    void aMetricsTotalIsOverAllItsLabels() {
        String text = """
                # TYPE activities_count counter
                activities_count{type="a"} 3
                activities_count{type="b"} 4.0
                activities_count_other{type="a"} 100
                plain 5
                """;

        assertThat(Prometheus.total(text, "activities_count")).isEqualTo(7);
        assertThat(Prometheus.total(text, "plain")).isEqualTo(5);
        assertThat(Prometheus.total(text, "unknown")).isZero();
    }
}
