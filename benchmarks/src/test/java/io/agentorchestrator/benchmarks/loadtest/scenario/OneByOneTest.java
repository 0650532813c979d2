package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.json.LosslessJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneByOneTest {
    private final OneByOne.Times times = new OneByOne.Times();

    private static Answers.Task view(String status, String started, String ended) {
        String json = """
                {"task_id":"one","status":"%s","created_at":"2026-01-01T00:00:00.000100Z",\
                "started_at":%s,"ended_at":"2026-01-01T00:00:%sZ"}""".formatted(status, started, ended);
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return new ApiAnswer(body, LosslessJson.tree(body)).as(Answers.Task.class);
    }

    @Test
    void takesTimesFromTheCreation() {
        for (int i = 1; i <= 100; i++) {
            times.add(view("COMPLETED", "\"2026-01-01T00:00:00.%03d100Z\"".formatted(i), "01.%03d100".formatted(i)));
        }

        assertThat(times.toStart().getTotalCount()).isEqualTo(100);
        assertThat(Latencies.millis(times.toStart(), 50)).isCloseTo(50, within(0.1));
        assertThat(Latencies.millis(times.toStart(), 99)).isCloseTo(99, within(0.1));
        assertThat(Latencies.millis(times.toEnd(), 50)).isCloseTo(1_050, within(1.0));
    }

    @Test
    void refusesATaskThatDidNotComplete() {
        assertThatThrownBy(() -> times.add(view("FAILED", "\"2026-01-01T00:00:01Z\"", "02")))
                .hasMessage("Task one did not complete: it is FAILED.");
        assertThatThrownBy(() -> times.add(view("COMPLETED", "null", "02"))).hasMessageContaining("started_at");
    }
}
