package io.agentorchestrator.workflows.run;

import static io.agentorchestrator.workflows.run.RunWorld.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.FakeStore.Step;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DagRunWorkflowTest {

    @Test
    void aBatchGoesOnWithWhatItsTasksLetLoose() {
        try (RunWorld world =
                RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on(1)).start()) {
            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 3, 0, 0));
            assertThat(world.store.batches()).singleElement().satisfies(batch -> {
                assertThat(batch.tasks()).containsExactly(0);
                assertThat(batch.dependents()).containsExactly(1, 2);
                assertThat(batch.tenant()).isEqualTo("acme");
            });
            assertThat(world.store.finished()).isEqualTo(RunStatus.COMPLETED);
            assertThat(world.store.finishCalls())
                    .as("the store has ended the run with its last task")
                    .isZero();
            world.save("dag-ended-by-its-last-batch");
        }
    }

    @Test
    void batchesCarryPrioritySummaryAndQueue() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on()).start()) {
            world.result();

            HistoryEvent scheduled = world.events().stream()
                    .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                    .findFirst()
                    .orElseThrow();
            var attributes = scheduled.getActivityTaskScheduledEventAttributes();
            assertThat(attributes.getTaskQueue().getName()).isEqualTo(RunQueues.DISPATCH);
            assertThat(attributes.getPriority().getPriorityKey()).isEqualTo(2);
            assertThat(attributes.getPriority().getFairnessKey()).isEqualTo("acme");
            assertThat(attributes.getHeartbeatTimeout().getSeconds()).isEqualTo(10);
            assertThat(scheduled.getUserMetadata().getSummary().getData().toStringUtf8())
                    .contains("batch 1: key-0, HIGH");
        }
    }

    @Test
    void whatIsReadyTravelsInBatchesOfTheAllowedSize() {
        int[][] parents = new int[101][];
        for (int task = 0; task < parents.length; task++) {
            parents[task] = task == 100 ? IntStream.range(0, 100).toArray() : on();
        }
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, parents).start(new RunSettings(30, 20))) {
            assertThat(world.result().completed()).isEqualTo(101);
            assertThat(world.store.batches().stream().map(batch -> batch.tasks().size()))
                    .containsExactlyInAnyOrder(25, 25, 25, 25, 1);
            world.save("dag-fan-out");
        }
    }

    @Test
    void failedAttemptIsRetriedAfterItsBackoff() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.script(0, Step.FAIL, Step.COMPLETE);
            world.start();

            assertThat(world.result().completed()).isEqualTo(2);
            assertThat(world.store.attempts(0)).isEqualTo(2);
            assertThat(world.timers())
                    .singleElement()
                    .satisfies(timer -> assertThat(timer.getTimerStartedEventAttributes()
                                    .getStartToFireTimeout()
                                    .getSeconds())
                            .isBetween(300L, 620L));
            world.save("dag-retry");
        }
    }

    @Test
    void failureCancelsDependents() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on(1), on())) {
            world.store.script(0, Step.FAIL, Step.FAIL);
            world.start();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 1, 1, 2));
            assertThat(world.store.code(1)).isEqualTo("UPSTREAM_FAILED");
            assertThat(world.store.code(2)).isEqualTo("UPSTREAM_FAILED");
            assertThat(world.store.status(3)).isEqualTo(TaskStatus.COMPLETED);
            world.save("dag-upstream-failed");
        }
    }

    @Test
    void failFastStopsWhatRuns() {
        try (RunWorld world = RunWorld.dag(OnFailure.FAIL_FAST, on(), on(), on(1))) {
            world.store.script(0, Step.FAIL_FOR_GOOD).script(1, Step.RUN_UNTIL_CANCELLED);
            world.start();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 0, 1, 2));
            assertThat(world.store.code(2)).isEqualTo("DAG_FAILED");
            assertThat(world.store.status(1)).isEqualTo(TaskStatus.CANCELLED);
        }
    }

    @Test
    void continueRunsDependentsOfAFailedTask() {
        try (RunWorld world = RunWorld.dag(OnFailure.CONTINUE, on(), on(0))) {
            world.store.script(0, Step.FAIL_FOR_GOOD);
            world.start();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 1, 1, 0));
            world.save("dag-continue");
        }
    }

    @Test
    void workerThatDiesCostsNoAttempt() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.workersDieFirst(5);
            world.start();

            assertThat(world.result().completed()).isEqualTo(2);
            assertThat(world.store.attempts(0)).isEqualTo(1);
            assertThat(world.store.batches()).hasSize(6);
        }
    }

    @Test
    void releasesThatComeLaterBringTheRunOn() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on(0))) {
            world.store.holdBack(1, 2);
            world.start();
            world.environment.sleep(Duration.ofMinutes(1));
            List<Integer> releases = world.store.releaseHeldBack();
            world.release(releases);
            world.release(releases);
            world.release(List.of(77, -1));

            assertThat(releases).containsExactly(1, 2);
            assertThat(world.result().completed()).isEqualTo(3);
            assertThat(world.store.attempts(1)).isEqualTo(1);
            world.save("dag-released-later");
        }
    }

    @Test
    void cancelledRunEndsWithWhatRunsStopped() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on())) {
            world.store.script(0, Step.RUN_UNTIL_CANCELLED);
            world.store.holdBack(2);
            world.start();
            world.command(CommandSignal.Kind.CANCEL);

            assertThat(world.result().status()).isEqualTo(RunStatus.CANCELLED);
            assertThat(world.store.finished()).isEqualTo(RunStatus.CANCELLED);
            assertThat(world.store.status(0)).isEqualTo(TaskStatus.CANCELLED);
            assertThat(world.store.code(1)).isEqualTo("CANCELLED");
            assertThat(world.shownStatuses()).containsExactly("CANCELLED");
            world.save("dag-cancelled");
        }
    }

    @Test
    void pausedRunGoesOnAfterResume() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.holdBack(1);
            world.start();
            world.environment.sleep(Duration.ofMinutes(1));
            world.command(CommandSignal.Kind.PAUSE);
            world.release(world.store.releaseHeldBack());
            world.environment.sleep(Duration.ofHours(1));
            assertThat(world.store.batches()).hasSize(1);

            world.command(CommandSignal.Kind.RESUME);

            assertThat(world.result().completed()).isEqualTo(2);
        }
    }

    @Test
    void cancellingTheWorkflowInTemporalEndsTheRunInOrder() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0))) {
            world.store.holdBack(1);
            world.start();
            world.environment.sleep(Duration.ofMinutes(1));
            world.stub().cancel();

            assertThatThrownBy(world::result)
                    .isInstanceOf(WorkflowFailedException.class)
                    .hasCauseInstanceOf(CanceledFailure.class);
            assertThat(world.store.finished()).isEqualTo(RunStatus.CANCELLED);
            assertThat(world.store.code(1)).isEqualTo("RUN_TERMINATED");
            world.save("dag-cancelled-in-temporal");
        }
    }

    @Test
    void pausedRunHandsBackWhatItWasReleasedAndShowsItsStatus() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(), on(), on(0))) {
            world.startWithoutDispatchers(new RunSettings(1, 1));
            world.store.pause();
            world.toggle(CommandSignal.Kind.PAUSE, 5);
            await().atMost(Duration.ofSeconds(30)).until(() -> world.store.status(2) == TaskStatus.QUEUED);
            world.startDispatchers();
            await().atMost(Duration.ofSeconds(30)).until(() -> world.store.status(0) == TaskStatus.COMPLETED);
            world.release(List.of(1));
            assertThat(world.store.status(1)).isEqualTo(TaskStatus.QUEUED);
            assertThat(world.store.status(3)).isEqualTo(TaskStatus.QUEUED);
            assertThat(world.store.batches()).hasSize(1);

            world.store.resume();
            world.toggle(CommandSignal.Kind.RESUME, 6);
            world.release(world.store.releaseHeldBack());

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 4, 0, 0));
            assertThat(world.shownStatuses()).containsExactly("PAUSED", "RUNNING", "COMPLETED");
            world.save("dag-paused");
        }
    }

    @Test
    void pauseThatAResumeHasOvertakenIsDropped() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on())) {
            world.startWithoutDispatchers(RunSettings.DEFAULT);
            world.toggle(CommandSignal.Kind.RESUME, 8);
            world.toggle(CommandSignal.Kind.PAUSE, 7);
            world.startDispatchers();

            assertThat(world.result().completed()).isEqualTo(1);
            assertThat(world.shownStatuses()).containsExactly("COMPLETED");
        }
    }

    @Test
    void runWithoutTheStatusAttributeShowsNone() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on())) {
            // Before its task can end, and the run with it.
            world.startWithoutDispatchers(new RunSettings(1, 1, 0, false, false, false));
            world.toggle(CommandSignal.Kind.PAUSE, 1);
            world.toggle(CommandSignal.Kind.RESUME, 2);
            world.startDispatchers();

            assertThat(world.result().completed()).isEqualTo(1);
            assertThat(world.shownStatuses()).isEmpty();
        }
    }

    @Test
    void runTakesOverTheTasksOfALostOne() {
        try (RunWorld world =
                RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on(), on(1), on(), on(), on(5), on())) {
            world.store.holdBack(7);
            world.takingOver(
                            TaskStatus.COMPLETED,
                            TaskStatus.RUNNING,
                            TaskStatus.BACKOFF,
                            TaskStatus.WAITING,
                            TaskStatus.RELEASED,
                            TaskStatus.FAILED,
                            TaskStatus.WAITING,
                            TaskStatus.QUEUED)
                    .start();
            world.release(world.store.releaseHeldBack());

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 6, 1, 1));
            assertThat(world.store.batches())
                    .extracting(BatchRequest::runNumber)
                    .containsOnly(2);
            assertThat(world.store.batches())
                    .as("batches are cut in this order, and may begin in another")
                    .filteredOn(batch -> batch.batch() == 1)
                    .singleElement()
                    .satisfies(
                            batch -> assertThat(batch.tasks()).startsWith(1, 2).contains(4));
            assertThat(world.store.attempts(1)).as("attached to, not started").isEqualTo(1);
            assertThat(world.store.attempts(2)).isEqualTo(2);
            assertThat(world.store.code(6)).isEqualTo("UPSTREAM_FAILED");
            world.save("dag-taken-over");
        }
    }

    @Test
    void commandsKeepTheirOrderAcrossContinueAsNew() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(), on(0, 1))) {
            world.startWithoutDispatchers(new RunSettings(1, 5, 5, true, false, false));
            world.toggle(CommandSignal.Kind.PAUSE, 5);
            world.toggle(CommandSignal.Kind.RESUME, 6);
            await().atMost(Duration.ofSeconds(30)).until(world::hasContinued);
            world.toggle(CommandSignal.Kind.PAUSE, 5);
            world.startDispatchers();

            assertThat(world.result().completed()).isEqualTo(3);
            assertThat(world.shownStatuses()).containsExactly("COMPLETED");
        }
    }

    @Test
    void longRunContinuesAsNewAndLosesNothing() {
        int[][] chain = new int[30][];
        for (int task = 0; task < chain.length; task++) {
            chain[task] = task == 0 ? on() : on(task - 1);
        }
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, chain)) {
            world.store.script(7, Step.FAIL, Step.COMPLETE).script(20, Step.RUN_ON, Step.COMPLETE);
            world.start(new RunSettings(10, 5, 25, true, false, false));
            world.environment.sleep(Duration.ofHours(1));
            world.takeStep(20);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 30, 0, 0));
            assertThat(world.events()).hasSizeLessThan(80);
            assertThat(world.hasContinued()).isTrue();
            assertThat(world.events()
                            .getFirst()
                            .getWorkflowExecutionStartedEventAttributes()
                            .getSearchAttributes()
                            .getIndexedFieldsMap())
                    .containsKeys("OrchestratorTenant", "OrchestratorDagName", "OrchestratorStatus");
            assertThat(IntStream.range(0, 30).filter(task -> task != 7).map(world.store::attempts))
                    .containsOnly(1);
            world.save("dag-continued-first", world.firstExecution());
            world.save("dag-continued-last");
        }
    }

    @Test
    void batchesThatNobodyTakesUpDoNotHoldContinueAsNewUp() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(), on(0, 1))) {
            world.startWithoutDispatchers(new RunSettings(1, 5, 5, true, false, false));
            world.release(List.of(0));
            world.release(List.of(1));
            await().atMost(Duration.ofSeconds(30)).until(world::hasContinued);

            world.startDispatchers();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.COMPLETED, 3, 0, 0));
        }
    }
}
