package io.agentorchestrator.workflows.run;

import static io.agentorchestrator.workflows.run.RunWorld.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.run.FakeStore.Step;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in which deadlines pass, and runs of what failed before. */
@Timeout(60)
class FailedRunWorkflowTest {
    private static final RunSettings FAILS_WORKFLOW = new RunSettings(50, 100, 0, true, false, true);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunThatTheStoreDoesNotHaveEnds(boolean localBatches) {
        try (RunWorld world = RunWorld.group(2)) {
            world.store.setBack();
            world.start(new RunSettings(50, 100, 0, true, localBatches, false));

            assertThatThrownBy(world::result)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            ApplicationFailure.class,
                            why -> assertThat(why.getType()).isEqualTo(DispatchActivities.RUN_UNKNOWN));
            assertThat(world.store.batches()).hasSize(localBatches ? 2 : 1);
        }
    }

    @Test
    void deadlinesThatPassDuringTheRunFailTasks() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(), on(1), on(2), on(1))) {
            world.store.script(0, Step.FAIL, Step.COMPLETE).holdBack(2);
            world.startWithoutDispatchers(RunSettings.DEFAULT);
            world.command(CommandSignal.Kind.EXPIRE, 0, 77, -1);
            world.command(CommandSignal.Kind.EXPIRE);
            world.startDispatchers();
            await().atMost(Duration.ofSeconds(30)).until(() -> world.store.status(1) == TaskStatus.COMPLETED);
            world.command(CommandSignal.Kind.EXPIRE, 2);

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 2, 2, 1));
            assertThat(world.store.attempts(0)).isEqualTo(1);
            assertThat(world.store.code(0)).isEqualTo(EndCodes.DEADLINE_EXCEEDED);
            assertThat(world.store.status(0)).isEqualTo(TaskStatus.FAILED);
            assertThat(world.store.attempts(2)).isZero();
            assertThat(world.store.code(2)).isEqualTo(EndCodes.DEADLINE_EXCEEDED);
            assertThat(world.store.status(2)).isEqualTo(TaskStatus.FAILED);
            assertThat(world.store.code(3)).isEqualTo(EndCodes.UPSTREAM_FAILED);
            world.save("dag-deadline");
        }
    }

    @Test
    void deadlinesThatPassedBeforeTheStartFailTasks() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on())) {
            world.given(CommandSignal.Kind.EXPIRE, 0, 77)
                    .given(CommandSignal.Kind.EXPIRE)
                    .start();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 1, 1, 1));
            assertThat(world.store.attempts(0)).isZero();
            assertThat(world.store.code(0)).isEqualTo(EndCodes.DEADLINE_EXCEEDED);
            assertThat(world.store.status(2)).isEqualTo(TaskStatus.COMPLETED);
        }
    }

    @Test
    void aFailedDagFailsItsWorkflowAndSaysWhichTasks() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on())) {
            world.store.script(0, Step.FAIL, Step.FAIL);
            world.start(FAILS_WORKFLOW);

            assertThatThrownBy(world::result)
                    .isInstanceOf(WorkflowFailedException.class)
                    .cause()
                    .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                        assertThat(failure.getType()).isEqualTo(RunLoop.FAILURE_TYPE);
                        assertThat(failure.getOriginalMessage()).contains("1 of 3 tasks failed: `key-0`: ");
                        assertThat(failure.getDetails().get(RunResult.class))
                                .isEqualTo(new RunResult(RunStatus.FAILED, 1, 1, 1));
                    });
            assertThat(world.shownStatuses()).containsExactly("FAILED");
            assertThat(world.store.finished()).isEqualTo(RunStatus.FAILED);
            assertThat(summaries(world)).anyMatch(summary -> summary.contains("failed key-0; cancelled key-1"));
            world.save("dag-fails-its-workflow");
        }
    }

    @Test
    void aDagThatCompletesAndAGroupCompleteTheirWorkflows() {
        try (RunWorld world = RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on()).start(FAILS_WORKFLOW)) {
            assertThat(world.result().status()).isEqualTo(RunStatus.COMPLETED);
        }
        try (RunWorld world = RunWorld.group(2)) {
            world.store.script(0, Step.FAIL, Step.FAIL);
            world.start(FAILS_WORKFLOW);
            assertThat(world.result().failed()).isEqualTo(1);
        }
    }

    private static List<String> summaries(RunWorld world) {
        return world.events().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .map(event -> event.getUserMetadata().getSummary().getData().toStringUtf8())
                .toList();
    }

    @Test
    void tasksThatRunAgainHaveAllTheirAttemptsAndOthersRest() {
        try (RunWorld world =
                RunWorld.dag(OnFailure.CANCEL_DEPENDENTS, on(), on(0), on(1), on(), on(3), on(0), on(5))) {
            world.store.script(1, Step.FAIL, Step.COMPLETE).script(5, Step.FAIL, Step.FAIL);
            world.takingOver(
                            List.of(
                                    TaskStatus.COMPLETED,
                                    TaskStatus.RELEASED,
                                    TaskStatus.WAITING,
                                    TaskStatus.FAILED,
                                    TaskStatus.CANCELLED,
                                    TaskStatus.RELEASED,
                                    TaskStatus.WAITING),
                            List.of(0, 2, 0, 0, 0, 4, 0))
                    .start();

            assertThat(world.result()).isEqualTo(new RunResult(RunStatus.FAILED, 3, 2, 2));
            assertThat(world.store.attempts(1)).isEqualTo(2 + 2);
            assertThat(world.store.attempts(5)).isEqualTo(4 + 2);
            assertThat(world.store.status(3)).isEqualTo(TaskStatus.FAILED);
            assertThat(world.store.status(4)).isEqualTo(TaskStatus.CANCELLED);
            assertThat(world.store.code(6)).isEqualTo(EndCodes.UPSTREAM_FAILED);
            assertThat(world.events())
                    .filteredOn(event -> event.getEventType() == EventType.EVENT_TYPE_TIMER_STARTED)
                    .isNotEmpty()
                    .as("waits as after a first attempt")
                    .allSatisfy(timer -> assertThat(timer.getTimerStartedEventAttributes()
                                    .getStartToFireTimeout()
                                    .getSeconds())
                            .isBetween(300L, 620L));
            world.save("dag-rerun");
        }
    }
}
