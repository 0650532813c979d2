package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TaskNamesTest {
    private final TaskNames names = new TaskNames(List.of("a", "b`\n\u009b\u202e", "c".repeat(60), "d"));

    @Test
    void fewTasksAreNamedAndManyCounted() {
        assertThat(names.list(List.of(0))).isEqualTo("a");
        assertThat(names.list(List.of(0, 1, 3))).isEqualTo("a, b?\\n\\u009b\\u202e, d");
        assertThat(names.list(List.of(0, 1, 2, 3))).isEqualTo("4 tasks");
        assertThat(names.list(List.of())).isEqualTo("0 tasks");
    }

    @Test
    void longNamesAreCut() {
        assertThat(names.list(List.of(2))).isEqualTo("c".repeat(39) + "…");
    }

    @Test
    void tasksWithoutNamesAreCounted() {
        TaskNames none = new TaskNames(List.of());

        assertThat(none.list(List.of(7))).isEqualTo("1 task");
        assertThat(none.of(7)).isEqualTo("task 7");
    }
}
