package io.agentorchestrator.benchmarks.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void isOneLineOfJson() {
        Histogram latencies = Latencies.histogram();
        for (long millis = 200; millis > 0; millis--) {
            latencies.recordValue(1_000 * millis);
        }

        assertThat(new Summary(latencies, 20, 3).toJson())
                .isEqualTo("{\"completed\":200,\"seconds\":20.000,\"tasks_per_second\":10.0,\"failed\":3,"
                        + "\"p50_ms\":100.0,\"p99_ms\":198.0}");
    }

    @Test
    void nothingCompletedIsNoError() {
        assertThat(new Summary(Latencies.histogram(), 20, 0).toJson())
                .isEqualTo("{\"completed\":0,\"seconds\":20.000,\"tasks_per_second\":0.0,\"failed\":0,"
                        + "\"p50_ms\":0.0,\"p99_ms\":0.0}");
    }
}
