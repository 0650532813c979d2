package io.agentorchestrator.workflows.run;

import static io.agentorchestrator.workflows.run.RunWorld.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.FakeStore.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs of tasks that outlast their batches. */
@Timeout(60)
class WatchedRunWorkflowTest {

    @Test
    void slowTaskEndsByANoticeAndNeedsNoFurtherBatch() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(), on(0))) {
            world.store.script(0, Step.RUN_ON, Step.COMPLETE);
            world.start();
            world.takeStep(0);

            assertThat(world.result().completed()).isEqualTo(3);
            assertThat(world.store.attempts(0)).isEqualTo(1);
            assertThat(world.store.batches())
                    .extracting(BatchRequest::tasks)
                    .containsExactly(List.of(0, 1), List.of(2));
            world.save("dag-watched");
        }
    }

    @Test
    void failureThatANoticeTellsIsRetried() {
        try (RunWorld world = RunWorld.group(2)) {
            world.store.script(0, Step.RUN_ON, Step.FAIL, Step.RUN_ON, Step.COMPLETE);
            world.start();
            world.takeStep(0);
            world.environment.sleep(Duration.ofHours(1));
            world.takeStep(0);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 2, 0, 0));
            assertThat(world.store.attempts(0)).isEqualTo(2);
            assertThat(world.store.finishCalls())
                    .as("a notice has said that the store has ended the run")
                    .isZero();
            world.save("group-watched-retry");
        }
    }

    @Test
    void taskThatWentBackToTheBacklogComesByARelease() {
        try (RunWorld world = RunWorld.group(1)) {
            world.store.script(0, Step.RUN_ON, Step.REFUSE, Step.COMPLETE);
            world.start();
            world.takeStep(0);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> world.store.batches().size() >= 2);
            assertThat(world.store.status(0)).isEqualTo(TaskStatus.QUEUED);

            world.release(world.store.releaseHeldBack());

            assertThat(world.result().completed()).isEqualTo(1);
            assertThat(world.store.attempts(0)).isEqualTo(1);
            world.save("group-given-back");
        }
    }

    @Test
    void watchedTaskIsStoppedWithItsRun() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.script(0, Step.RUN_UNTIL_CANCELLED);
            world.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> world.store.isWatched(0));
            world.command(CommandSignal.Kind.CANCEL);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.CANCELLED, 0, 0, 2));
            world.save("dag-watched-cancelled");
        }
    }

    @Test
    void runContinuesAsNewWithoutWaitingForWhatIsWatched() {
        int[][] parents = new int[12][];
        for (int task = 0; task < parents.length; task++) {
            parents[task] = task < 2 ? on() : on(task - 1);
        }
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, parents)) {
            world.store.script(0, Step.RUN_ON, Step.FAIL, Step.RUN_ON, Step.COMPLETE);
            for (int task = 2; task < parents.length; task++) {
                world.store.holdBack(task);
            }
            world.start(new RunSettings(10, 5, 25, true, false, false));
            for (int task = 2; task < parents.length; task++) {
                int waiting = task;
                await().atMost(Duration.ofSeconds(30)).until(() -> world.store.status(waiting) == TaskStatus.QUEUED);
                world.release(world.store.releaseHeldBack());
            }
            await().atMost(Duration.ofSeconds(30)).until(world::hasContinued);

            world.takeStep(0);
            world.environment.sleep(Duration.ofHours(1));
            world.takeStep(0);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 12, 0, 0));
            assertThat(world.store.attempts(0)).isEqualTo(2);
            assertThat(world.store.batches())
                    .filteredOn(batch -> batch.tasks().contains(0))
                    .as("one for each attempt")
                    .hasSize(2);
            world.save("dag-watched-continued");
        }
    }
}
