package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.run.FakeStore.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits between attempts that are shorter than Temporal's timers are exact. */
@Timeout(60)
class RetriedRunWorkflowTest {
    /** A timer of less than a second comes up to a second late. */
    @Test
    void shortBackoffsAreKeptWithoutATimer() {
        try (RunWorld world = retrying(Duration.ofMillis(100))) {
            world.store.script(0, Step.FAIL, Step.FAIL, Step.COMPLETE);
            world.start();

            assertThat(world.result().completed()).isEqualTo(1);
            assertThat(world.timers()).isEmpty();
            assertThat(world.store.backOffs())
                    .hasSize(2)
                    .allSatisfy(millis -> assertThat(millis).isBetween(50L, 112L));
            world.save("dag-retry-soon");
        }
    }

    @Test
    void withoutABackoffTheNextAttemptComesAtOnce() {
        try (RunWorld world = retrying(Duration.ZERO)) {
            world.store.script(0, Step.FAIL, Step.FAIL, Step.COMPLETE);
            world.start();

            assertThat(world.result().completed()).isEqualTo(1);
            assertThat(world.timers()).isEmpty();
            assertThat(world.store.backOffs()).isEmpty();
            world.save("dag-retry-at-once");
        }
    }

    private static RunWorld retrying(Duration interval) {
        return RunWorld.retrying(new RetryPolicy(3, interval, 1, interval, List.of()));
    }
}
