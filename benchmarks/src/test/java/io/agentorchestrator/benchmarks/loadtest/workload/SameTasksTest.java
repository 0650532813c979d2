package io.agentorchestrator.benchmarks.loadtest.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SameTasksTest {
    private static final String TASK =
            "{\"task_type\":\"t\",\"priority\":\"LOW\",\"timeout\":\"PT24H\",\"payload\":{\"sleep_ms\":50}}";

    private final SameTasks tasks = new SameTasks("t", "LOW", 50);

    @Test
    void oneByItself() {
        Request request = tasks.single();

        assertThat(request.path()).isEqualTo("/v1/tasks");
        assertThat(request.tasks()).isEqualTo(1);
        assertThat(json(request)).hasToString(TASK);
    }

    @Test
    void eachOfABatchIsTheSame() {
        Request request = tasks.batch(3);

        assertThat(request.path()).isEqualTo("/v1/tasks/batch");
        assertThat(request.tasks()).isEqualTo(3);
        assertThat(json(request).path("tasks"))
                .hasSize(3)
                .allSatisfy(task -> assertThat(task).hasToString(TASK));
    }

    private static JsonNode json(Request request) {
        return new JsonMapper().readTree(request.body());
    }
}
