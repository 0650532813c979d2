package io.agentorchestrator.benchmarks.loadtest.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LevelsTest {
    private final Levels levels = new Levels("t");

    @Test
    void eachTaskDependsOnAllOfTheLevelAbove() {
        Request request = levels.dag("small", 1, 2, 2, 1);

        assertThat(request.path()).isEqualTo("/v1/dags");
        assertThat(request.tasks()).isEqualTo(6);
        List<String> tasks = new ArrayList<>();
        for (JsonNode task : json(request).path("tasks")) {
            assertThat(task.path("task_type").asString()).isEqualTo("t");
            tasks.add(task.path("key").asString() + task.path("depends_on"));
        }
        assertThat(tasks)
                .containsExactly(
                        "t0[]",
                        "t1[\"t0\"]",
                        "t2[\"t0\"]",
                        "t3[\"t1\",\"t2\"]",
                        "t4[\"t1\",\"t2\"]",
                        "t5[\"t3\",\"t4\"]");
    }

    @Test
    void aTaskByItselfDoesNothing() {
        Request request = levels.single();

        assertThat(request.path()).isEqualTo("/v1/tasks");
        assertThat(json(request).toString()).isEqualTo("{\"task_type\":\"t\",\"payload\":{\"sleep_ms\":0}}");
    }

    private static JsonNode json(Request request) {
        return new JsonMapper().readTree(request.body());
    }
}
