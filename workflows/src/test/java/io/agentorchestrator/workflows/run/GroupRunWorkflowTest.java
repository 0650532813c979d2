package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.FakeStore.Step;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupRunWorkflowTest {

    @Test
    void wholeGroupRunsInAFewBatches() {
        try (RunWorld world = RunWorld.group(500).start()) {
            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 500, 0, 0));
            assertThat(world.store.batches()).hasSize(10);
            world.save("group-large");
        }
    }

    @Test
    void failureOfOneLeavesTheOthersAlone() {
        try (RunWorld world = RunWorld.group(3)) {
            world.store.script(1, Step.FAIL, Step.FAIL);
            world.start();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 2, 1, 0));
            assertThat(world.store.attempts(1)).isEqualTo(2);
            world.save("group-failed");
        }
    }

    @Test
    void manyBackoffsShareTimers() {
        try (RunWorld world = RunWorld.group(200)) {
            for (int task = 0; task < 200; task++) {
                world.store.script(task, Step.FAIL, Step.COMPLETE);
            }
            world.start(new RunSettings(100, 20));

            assertThat(world.result().completed()).isEqualTo(200);
            assertThat(world.events())
                    .filteredOn(event -> event.getEventType() == EventType.EVENT_TYPE_TIMER_STARTED)
                    .hasSizeBetween(2, 60);
        }
    }

    @Test
    void taskThatFoundNoCapacityComesBackByARelease() {
        try (RunWorld world = RunWorld.group(2)) {
            world.store.script(0, Step.REFUSE, Step.COMPLETE);
            world.start();
            world.environment.sleep(Duration.ofMinutes(1));
            assertThat(world.store.status(0)).isEqualTo(TaskStatus.QUEUED);

            world.release(world.store.releaseHeldBack());

            assertThat(world.result().completed()).isEqualTo(2);
            assertThat(world.store.attempts(0)).isEqualTo(1);
            world.save("group-refused");
        }
    }

    @Test
    void oneTaskCanBeCancelled() {
        try (RunWorld world = RunWorld.group(2)) {
            world.store.script(0, Step.REFUSE, Step.COMPLETE);
            world.start();
            world.environment.sleep(Duration.ofMinutes(1));
            world.command(CommandSignal.Kind.CANCEL, 0);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.CANCELLED, 1, 0, 1));
            assertThat(world.store.batches()).extracting(BatchRequest::tasks).containsExactly(List.of(0, 1));
            world.save("group-cancelled");
        }
    }
}
