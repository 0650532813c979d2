package io.agentorchestrator.benchmarks.loadtest.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HalfDependentTest {
    private static final UUID EARLIER = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");

    @Test
    void halfOfTheTasksDependOnOthers() {
        HalfDependent source = new HalfDependent(Mix.STANDARD, 7, (most, random) -> List.of(EARLIER));
        int tasks = 0;
        int dependent = 0;
        for (int i = 0; i < 110; i++) {
            Request request = source.next();
            tasks += request.tasks();
            JsonNode body = MixTest.json(request);
            if (request.path().equals("/v1/dags")) {
                dependent += (int) body.path("tasks")
                        .valueStream()
                        .filter(task -> !task.path("depends_on").isEmpty())
                        .count();
            } else {
                dependent += body.path("dependencies").isEmpty() ? 0 : 1;
            }
        }
        assertThat(tasks).isEqualTo(200);
        assertThat(dependent).isEqualTo(100);
    }

    @Test
    void isFreeWhileNothingWasAcknowledged() {
        HalfDependent source = new HalfDependent(Mix.STANDARD, 7, (most, random) -> List.of());
        source.next();

        assertThat(MixTest.json(source.next()).has("dependencies")).isFalse();
    }

    @Test
    void tasksOfADagDependOnDistinctTasksOfTheLevelAbove() {
        JsonNode tasks =
                MixTest.json(new DagJson(Mix.STANDARD, 7).dag("d", 4, 3, 2)).path("tasks");

        assertThat(tasks).hasSize(9);
        assertThat(tasks.get(3).has("depends_on")).isFalse();
        for (int place = 4; place < 9; place++) {
            List<String> parents = tasks.get(place)
                    .path("depends_on")
                    .valueStream()
                    .map(JsonNode::stringValue)
                    .toList();
            List<String> above = place < 7 ? List.of("t0", "t1", "t2", "t3") : List.of("t4", "t5", "t6");
            assertThat(parents).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(above);
        }
    }
}
