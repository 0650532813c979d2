package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.RunKind;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunInputTest {
    private static final int MANY = 10_000;

    @Test
    void keysAreCarriedWhereTheyAreShort() {
        assertThat(input(Collections.nCopies(MANY, "task-1")).taskKeys()).hasSize(MANY);
    }

    @Test
    void keysThatTakeMuchRoomAreLeftOut() {
        assertThat(input(Collections.nCopies(MANY, "\u20ac\u20ac\u20ac")).taskKeys())
                .isEmpty();
    }

    @Test
    void continuationKeepsKeysAndOrder() {
        RunInput next = input(List.of("a")).continued(42);

        assertThat(next.taskKeys()).containsExactly("a");
        assertThat(next.lastToggle()).isEqualTo(42);
        assertThat(next.released()).isEmpty();
    }

    private static RunInput input(List<String> keys) {
        return new RunInput(
                RunKind.DAG,
                new UUID(1, 2),
                1,
                "acme",
                RunInput.CURRENT_PLANNER_VERSION,
                "n",
                List.of(0),
                RunSettings.DEFAULT,
                0,
                keys,
                List.of());
    }
}
