package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunInputTest {
    private static final int MANY = 10_000;

    @Test
    void keysAreCarriedWhereTheyAreShort() {
        assertThat(start(Collections.nCopies(MANY, "task-1"), null).taskKeys()).hasSize(MANY);
    }

    @Test
    void keysThatTakeMuchRoomAreLeftOut() {
        assertThat(start(Collections.nCopies(MANY, "\u20ac\u20ac\u20ac"), null).taskKeys())
                .isEmpty();
    }

    @Test
    void runThatTakesOverBeginsWithStateAndOrder() {
        RunInput input = start(List.of(), new Resumption(new byte[] {7}, 42));

        assertThat(input.carriedOver()).containsExactly(7);
        assertThat(input.lastToggle()).isEqualTo(42);
    }

    @Test
    void continuationKeepsKeysAndOrder() {
        RunInput next = start(List.of("a"), null).carryingOver(new byte[] {7}, 42);

        assertThat(next.taskKeys()).containsExactly("a");
        assertThat(next.lastToggle()).isEqualTo(42);
        assertThat(next.released()).isEmpty();
    }

    private static RunInput start(List<String> keys, @Nullable Resumption resumption) {
        return RunInput.start(
                RunKind.DAG,
                new RunKey(new UUID(1, 2), 1),
                "acme",
                RunInput.CURRENT_PLANNER_VERSION,
                "n",
                new byte[] {1},
                List.of(0),
                RunSettings.DEFAULT,
                keys,
                resumption,
                List.of());
    }
}
