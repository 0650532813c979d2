package io.agentorchestrator.benchmarks.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskIdsTest {
    private static final String A = "01890a5d-ac96-774b-bcce-b302099a8057";
    private static final String B = "f1890a5d-ac96-774b-fcce-b302099a8058";

    private static List<String> in(String answer) {
        return TaskIds.in(answer.getBytes(StandardCharsets.UTF_8)).stream()
                .map(UUID::toString)
                .toList();
    }

    @Test
    void readsTheIdOfATask() {
        assertThat(in("{\"task_id\":\"" + A + "\",\"status\":\"PENDING\",\"dag_id\":\"" + B + "\"}"))
                .containsExactly(A);
    }

    @Test
    void readsTheIdsOfABatchInOrder() {
        assertThat(in("{\"task_ids\": [\"" + A + "\", \"" + B + "\"]}")).containsExactly(A, B);
    }

    @Test
    void readsTheTasksOfADagAndNotItsOwnId() {
        assertThat(in("{\"dag_id\":\"" + B + "\",\"tasks\":{\"t0\":\"" + A + "\",\"t1\":\"" + B
                        + "\"},\"levels\":[[\"t0\"]],\"workflow\":{\"workflow_id\":\"" + A + "\"}}"))
                .containsExactly(A, B);
    }

    @Test
    void findsNoneWhereThereIsNone() {
        assertThat(in("{\"status\":\"PENDING\"}")).isEmpty();
        assertThat(in("{\"task_id\":\"short\"}")).isEmpty();
        assertThat(in("")).isEmpty();
    }
}
