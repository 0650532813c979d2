package io.agentorchestrator.workflows.run;

import static io.agentorchestrator.workflows.run.RunWorld.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.run.FakeStore.Step;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalBatchesTest {
    private static final RunSettings SETTINGS = new RunSettings(50, 100, 0, true, true, false);

    @Test
    void aRunOfShortTasksNeedsNoQueue() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on(0), on(1, 2))) {
            world.start(SETTINGS);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 4, 0, 0));
            assertThat(world.store.batches()).hasSize(1);
            assertThat(activities(world)).isZero();
            world.save("dag-local");
        }
    }

    @Test
    void whatTakesLongerGoesByTheQueueFromThenOn() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(), on(1))) {
            world.store.holdBack(2);
            world.store.script(0, Step.RUN_ON, Step.COMPLETE);
            world.start(SETTINGS);
            world.environment.sleep(Duration.ofMinutes(1));
            world.release(world.store.releaseHeldBack());
            world.takeStep(0);

            assertThat(world.result().completed()).isEqualTo(3);
            assertThat(world.store.batches())
                    .extracting(BatchRequest::tasks)
                    .containsExactly(List.of(1, 0), List.of(2));
            assertThat(activities(world)).isEqualTo(1);
            world.save("dag-local-then-queue");
        }
    }

    @Test
    void whereTheWorkflowsWorkerCannotDispatchTheQueueTakesOver() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.workersDieFirst(2);
            world.start(SETTINGS);

            assertThat(world.result().completed()).isEqualTo(2);
            assertThat(world.store.attempts(0)).isEqualTo(1);
            assertThat(world.store.batches()).hasSize(3);
            assertThat(activities(world)).isEqualTo(1);
            world.save("dag-local-failed");
        }
    }

    @Test
    void aFailureIsRecordedAndItsRetryMayBeShortAgain() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.script(0, Step.FAIL, Step.COMPLETE);
            world.start(SETTINGS);

            assertThat(world.result().completed()).isEqualTo(2);
            assertThat(world.store.attempts(0)).isEqualTo(2);
            world.save("dag-local-retry");
        }
    }

    private static long activities(RunWorld world) {
        return world.events().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .count();
    }
}
