package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanTask;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final RetryPolicy TWICE =
            new RetryPolicy(2, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of("FATAL"));
    private static final PlanTask TASK = new PlanTask(Priority.NORMAL, 1, TWICE);
    private static final PlannerSettings SETTINGS = new PlannerSettings(1, 10, 4);

    /** 0 → 1 → 2, and 3 by itself. */
    private static final int[][] CHAIN_AND_ONE = {{}, {0}, {1}, {}};

    @Test
    void dispatchesWhatIsReleasedAndFinishesWhenAllHasCompleted() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, new int[][] {{}, {}, {0, 1}});

        assertThat(planner.on(new Event.Begun())).isEmpty();
        assertThat(planner.on(released(0))).containsExactly(batch(1, 0));
        assertThat(planner.on(returned(1, List.of(completed(0)), 1)))
                .containsExactly(new Decision.DispatchBatch(2, List.of(1), List.of(2), Priority.NORMAL));
        assertThat(planner.on(returned(2, List.of(completed(1), completed(2)))))
                .containsExactly(new Decision.Finish(RunStatus.COMPLETED));
        assertThat(planner.counts()).isEqualTo(new PlannerCounts(0, 0, 0, 0, 0, 3, 0, 0));
    }

    @Test
    void readyTasksGoByPriorityThenByWhatRemainsThenByIndex() {
        PlanTask urgent = new PlanTask(Priority.CRITICAL, 1, TWICE);
        Plan plan = Plan.ofDag(
                OnFailure.CONTINUE, new int[][] {{}, {}, {}, {}, {1}}, List.of(TASK, TASK, TASK, urgent, TASK));
        Planner planner = new Planner(plan, new PlannerSettings(1, 1, 4), (_, _) -> 0);

        assertThat(planner.on(released(0, 1, 2, 3)))
                .containsExactly(
                        new Decision.DispatchBatch(1, List.of(3), List.of(), Priority.CRITICAL),
                        new Decision.DispatchBatch(2, List.of(1), List.of(4), Priority.NORMAL),
                        batch(3, 0),
                        batch(4, 2));
    }

    @Test
    void batchesAreBalancedAndBounded() {
        Planner planner = new Planner(group(100), SETTINGS, (_, _) -> 0);

        List<Decision> first = planner.on(released(IntStream.range(0, 21).toArray()));
        List<Decision> second = planner.on(released(IntStream.range(21, 100).toArray()));

        assertThat(sizes(first)).containsExactly(7, 7, 7);
        assertThat(sizes(second)).containsExactly(10);
        assertThat(planner.counts().ready()).isEqualTo(69);
    }

    @Test
    void taskOfWhichABatchSaysNothingGoesIntoTheNextBeforeWhatIsReady() {
        Planner planner = new Planner(group(4), new PlannerSettings(1, 10, 1), (_, _) -> 0);
        planner.on(released(0, 1));
        planner.on(released(2));

        assertThat(planner.on(returned(1, List.of(completed(0)), 3))).containsExactly(batch(2, 1, 2, 3));
    }

    @Test
    void batchSpeaksForItsOwnTasksAndOnceForEach() {
        Planner planner = new Planner(group(3), new PlannerSettings(1, 1, 4), (_, _) -> 0);
        planner.on(released(0, 1));

        assertThat(planner.on(
                        returned(1, List.of(completed(1), failed(2, 1, "CRASH"), completed(0), failed(0, 1, "X")))))
                .isEmpty();
        assertThat(planner.on(returned(7, List.of(completed(1))))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.COMPLETED)).containsExactly(0);
        assertThat(planner.tasksIn(TaskPhase.IN_BATCH)).containsExactly(1);
        assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(2);
    }

    @Test
    void taskThatWasNotStartedWaitsForAReleaseWhichMayHaveComeAlready() {
        Planner planner = new Planner(group(2), SETTINGS, (_, _) -> 0);
        planner.on(released(0, 1));
        planner.on(released(1));

        List<Decision> decisions =
                planner.on(new Event.BatchReturned(1, List.of(), List.of(), List.of(0, 1), List.of()));

        assertThat(decisions).containsExactly(batch(2, 1));
        assertThat(planner.on(released(0))).containsExactly(batch(3, 0));
    }

    @Test
    void failedAttemptBacksOffThenReturnsToTheBacklog() {
        Planner planner = new Planner(group(1), SETTINGS, (_, _) -> 0.5);
        planner.on(released(0));

        assertThat(planner.on(returned(1, List.of(failed(0, 1, "CRASH")))))
                .containsExactly(new Decision.Backoff(0, Duration.ofSeconds(3)));
        assertThat(planner.on(new Event.BackoffOver(0)))
                .containsExactly(new Decision.Write(1, List.of(), List.of(), List.of(0)));
        assertThat(planner.on(new Event.Written(1, List.of(0)))).containsExactly(batch(2, 0));
        assertThat(planner.on(returned(2, List.of(failed(0, 2, "CRASH")))))
                .containsExactly(
                        new Decision.Write(2, List.of(new Decision.Failure(0, 2, "CRASH")), List.of(), List.of()));
        assertThat(planner.on(new Event.Written(2, List.of()))).containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void releaseThatOvertakesTheRequeuesAnswerIsHeldUntilThen() {
        Planner planner = new Planner(group(1), SETTINGS, (_, _) -> 0);
        planner.on(released(0));
        planner.on(returned(1, List.of(failed(0, 1, "CRASH"))));
        planner.on(new Event.BackoffOver(0));

        assertThat(planner.on(released(0))).isEmpty();
        assertThat(planner.on(new Event.Written(1, List.of()))).containsExactly(batch(2, 0));
    }

    @Test
    void nonRetryableCodesAndVerdictsEndTheTask() {
        for (AttemptEnd end :
                List.of(failed(0, 1, "FATAL"), new AttemptEnd(0, 1, Outcome.FAILED, "BAD_PAYLOAD", false))) {
            Planner planner = new Planner(group(1), SETTINGS, (_, _) -> 0);
            planner.on(released(0));

            assertThat(planner.on(returned(1, List.of(end))))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Decision.Write.class,
                            write -> assertThat(write.failed()).hasSize(1));
        }
    }

    @Test
    void failureCancelsDependentsAndNothingElse() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, CHAIN_AND_ONE);
        planner.on(released(0));

        Decision.Write write =
                (Decision.Write) planner.on(failed(1, 0, List.of(1, 2))).getFirst();

        assertThat(write.cancelled())
                .extracting(Decision.Cancellation::task, Decision.Cancellation::code)
                .containsExactly(tuple(1, "UPSTREAM_FAILED"), tuple(2, "UPSTREAM_FAILED"));
        assertThat(write.cancelled())
                .extracting(Decision.Cancellation::reason, Decision.Cancellation::cause)
                .containsOnly(tuple(", on which it depends, failed with FATAL", 0));
        assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(3);
    }

    @Test
    void failFastCancelsEverythingElseAndStopsWhatRuns() {
        Plan plan = Plan.ofDag(OnFailure.FAIL_FAST, new int[][] {{}, {0}, {}, {}}, Collections.nCopies(4, TASK));
        Planner planner = new Planner(plan, new PlannerSettings(1, 1, 2), (_, _) -> 0);
        planner.on(released(0, 2));

        List<Decision> decisions = planner.on(failed(1, 0, List.of(1)));

        assertThat(((Decision.Write) decisions.getFirst()).cancelled())
                .extracting(Decision.Cancellation::task, Decision.Cancellation::code)
                .containsExactly(tuple(1, "UPSTREAM_FAILED"), tuple(3, "DAG_FAILED"));
        assertThat(decisions.getLast())
                .isInstanceOfSatisfying(
                        Decision.CancelAtAgents.class,
                        cancel -> assertThat(cancel.tasks()).containsExactly(2));
        planner.on(new Event.Written(1, List.of()));
        assertThat(planner.on(returned(2, List.of(completed(2)))))
                .containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void continueLetsDependentsOfAFailedTaskRun() {
        Planner planner = planner(OnFailure.CONTINUE, new int[][] {{}, {0}});
        planner.on(released(0));
        planner.on(failed(1, 0, List.of(1)));

        assertThat(planner.on(new Event.Written(1, List.of(1)))).containsExactly(batch(2, 1));
        assertThat(planner.on(returned(2, List.of(completed(1)))))
                .containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void cancelledTaskTakesItsDependentsAlong() {
        Planner planner = planner(OnFailure.CONTINUE, CHAIN_AND_ONE);

        Decision.Write write =
                (Decision.Write) planner.on(new Event.CancelRequested(List.of(1), "CANCELLED", "wrong data"))
                        .getFirst();

        assertThat(write.cancelled())
                .extracting(Decision.Cancellation::task, Decision.Cancellation::code)
                .containsExactly(tuple(1, "CANCELLED"), tuple(2, "UPSTREAM_CANCELLED"));
        assertThat(write.cancelled().getFirst().reason()).isEqualTo("wrong data");
    }

    @Test
    void whatEndsBecauseSomethingOutsideFailedSaysSoAndPassesItOn() {
        Planner planner = planner(OnFailure.CONTINUE, CHAIN_AND_ONE);

        Decision.Write write = (Decision.Write)
                planner.on(new Event.CancelRequested(List.of(0), "UPSTREAM_FAILED", "a task outside failed"))
                        .getFirst();

        assertThat(write.cancelled()).extracting(Decision.Cancellation::code).containsOnly("UPSTREAM_FAILED");
        assertThat(write.cancelled()).extracting(Decision.Cancellation::task).containsExactly(0, 1, 2);
    }

    @Test
    void taskThatCompletesInSpiteOfACancelHasCompleted() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, new int[][] {{}, {0}});
        planner.on(released(0));

        assertThat(planner.on(new Event.CancelRequested(List.of(0), "CANCELLED", "stop")))
                .containsExactly(new Decision.CancelAtAgents(List.of(0), EndCodes.CANCELLED, "stop", null));
        assertThat(planner.on(returned(1, List.of(completed(0)), 1))).containsExactly(batch(2, 1));
    }

    @Test
    void unwantedTaskGetsNoFurtherAttempt() {
        Planner planner = new Planner(group(1), SETTINGS, (_, _) -> 0);
        planner.on(released(0));
        planner.on(new Event.CancelRequested(List.of(), "CANCELLED", "stop"));

        assertThat(planner.on(new Event.BatchReturned(1, List.of(), List.of(0), List.of(), List.of())))
                .as("the agent is told again, it may not have had the task yet")
                .containsExactly(new Decision.CancelAtAgents(List.of(0), EndCodes.CANCELLED, "stop", null));
        assertThat(planner.on(new Event.Noticed(List.of(failed(0, 1, "CRASH")), List.of())))
                .containsExactly(new Decision.Write(
                        1, List.of(), List.of(new Decision.Cancellation(0, "CANCELLED", "stop")), List.of()));
        assertThat(planner.on(new Event.Written(1, List.of())))
                .containsExactly(new Decision.Finish(RunStatus.CANCELLED));
    }

    @Test
    void pausedRunLooksWhatRunsButDispatchesNothing() {
        Planner planner = new Planner(group(3), new PlannerSettings(1, 2, 4), (_, _) -> 0);
        planner.on(released(0, 1));
        planner.on(new Event.PauseRequested());
        planner.on(released(2));

        assertThat(planner.on(returned(1, List.of(failed(0, 1, "CRASH")))))
                .containsExactly(new Decision.Backoff(0, Duration.ofSeconds(2)), batch(2, 1));
        assertThat(planner.on(new Event.BackoffOver(0))).isEmpty();
        assertThat(planner.on(new Event.ResumeRequested()))
                .containsExactly(new Decision.Write(2, List.of(), List.of(), List.of(0)));
    }

    @Test
    void writesAreBounded() {
        Planner planner = new Planner(group(2_500), SETTINGS, (_, _) -> 0);

        List<Decision> decisions = planner.on(new Event.CancelRequested(List.of(), "CANCELLED", "stop"));

        assertThat(decisions)
                .extracting(decision -> ((Decision.Write) decision).cancelled().size())
                .containsExactly(1_000, 1_000, 500);
    }

    @Test
    void continuedRunRepeatsWhatWasUnderWay() {
        Plan plan = group(6);
        Planner before = new Planner(plan, new PlannerSettings(1, 1, 4), (_, _) -> 0);
        before.on(released(0, 1, 2, 3));
        before.on(returned(1, List.of(failed(0, 1, "FATAL"))));
        before.on(returned(2, List.of(failed(1, 1, "CRASH"))));
        before.on(new Event.CancelRequested(List.of(2), "CANCELLED", "stop"));
        before.stopDispatching();
        before.on(released(4));

        byte[] state = before.snapshot(task -> task == 1 ? 1_500 : -1);
        Planner after = Planner.restore(plan, new PlannerSettings(1, 1, 4), (_, _) -> 0, state);

        assertThat(after.on(new Event.Begun()))
                .containsExactly(
                        new Decision.Write(1, List.of(new Decision.Failure(0, 1, "FATAL")), List.of(), List.of()),
                        new Decision.CancelAtAgents(List.of(2), EndCodes.CANCELLED, "stop", null),
                        new Decision.Backoff(1, Duration.ofMillis(1_500)),
                        batch(5, 2),
                        batch(6, 3),
                        batch(7, 4));
        assertThat(after.on(new Event.Begun())).isEmpty();
    }

    @Test
    void snapshotOfAnotherPlanIsRefused() {
        byte[] state = new Planner(group(3), SETTINGS, (_, _) -> 0).snapshot(_ -> 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Planner.restore(group(4), SETTINGS, (_, _) -> 0, state))
                .withMessageContaining("of 3 tasks, but the plan has 4");
    }

    @Test
    void indexesOutOfRangeAreRefusedAndChangeNothing() {
        Planner planner = new Planner(group(2), SETTINGS, (_, _) -> 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> planner.on(released(0, 2)))
                .withMessageContaining("0 to 1");
        assertThat(planner.counts().waiting()).isEqualTo(2);
    }

    @Test
    void unknownPlannerVersionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PlannerSettings(PlannerSettings.NEWEST_VERSION + 1, 10, 4))
                .withMessageContaining("another release");
    }

    private static Planner planner(OnFailure onFailure, int[][] parents) {
        return new Planner(
                Plan.ofDag(onFailure, parents, Collections.nCopies(parents.length, TASK)), SETTINGS, (_, _) -> 0);
    }

    private static Plan group(int size) {
        return Plan.ofGroup(Collections.nCopies(size, TASK));
    }

    private static Event released(int... tasks) {
        return new Event.Released(IntStream.of(tasks).boxed().toList());
    }

    private static Event returned(int batch, List<AttemptEnd> ended, Integer... releases) {
        return new Event.BatchReturned(batch, ended, List.of(), List.of(), List.of(releases));
    }

    /** A batch whose first task failed for good, so that what it took along was not started. */
    private static Event failed(int batch, int task, List<Integer> takenAlong) {
        return new Event.BatchReturned(batch, List.of(failed(task, 1, "FATAL")), List.of(), takenAlong, List.of());
    }

    private static AttemptEnd completed(int task) {
        return new AttemptEnd(task, 1, Outcome.COMPLETED, "", false);
    }

    private static AttemptEnd failed(int task, int attempt, String code) {
        return new AttemptEnd(task, attempt, Outcome.FAILED, code, true);
    }

    private static Decision batch(int batch, Integer... tasks) {
        return new Decision.DispatchBatch(batch, List.of(tasks), List.of(), Priority.NORMAL);
    }

    private static List<Integer> sizes(List<Decision> decisions) {
        return decisions.stream()
                .map(decision -> ((Decision.DispatchBatch) decision).tasks().size())
                .toList();
    }
}
