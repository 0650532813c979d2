package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import org.junit.jupiter.api.Test;

/** Tasks that their batches left running, and what notices tell of them: late, early, or again. */
class PlannerNoticeTest {
    private static final PlanTask TASK = new PlanTask(
            Priority.NORMAL, 1, new RetryPolicy(3, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of()));
    private static final PlannerSettings SETTINGS = new PlannerSettings(1, 10, 1);

    @Test
    void watchedTasksNeedNoFurtherBatchAndTakeNobodysPlace() {
        Planner planner = group(3);
        planner.on(released(0, 1));

        assertThat(planner.on(returned(1, List.of(), List.of(0, 1)))).isEmpty();
        assertThat(planner.isQuiet()).isTrue();
        assertThat(planner.counts()).isEqualTo(new PlannerCounts(1, 0, 0, 2, 0, 0, 0, 0));
        assertThat(planner.on(released(2))).containsExactly(batch(2, 2));
        planner.on(returned(2, List.of(completed(2, 1)), List.of()));

        assertThat(planner.on(ended(completed(0, 1), completed(1, 1))))
                .containsExactly(new Decision.Finish(RunStatus.COMPLETED));
    }

    @Test
    void whatFailsIsTriedAgainAndANoticeThatComesAgainChangesNothing() {
        Planner planner = watching(1);

        assertThat(planner.on(ended(crashed(0, 1)))).containsExactly(new Decision.Backoff(0, Duration.ofSeconds(2)));
        assertThat(planner.on(ended(crashed(0, 1)))).isEmpty();
        planner.on(new Event.BackoffOver(0));
        assertThat(planner.on(ended(crashed(0, 1)))).isEmpty();
        planner.on(new Event.Written(1, List.of(0)));
        planner.on(returned(2, List.of(), List.of(0)));

        assertThat(planner.on(ended(crashed(0, 2)))).containsExactly(new Decision.Backoff(0, Duration.ofSeconds(4)));
    }

    @Test
    void failureOfAnEarlierAttemptOnlyHasTheTaskLookedAt() {
        Planner planner = watching(1);
        planner.on(ended(crashed(0, 1)));
        planner.on(new Event.BackoffOver(0));
        planner.on(new Event.Written(1, List.of(0)));
        planner.on(returned(2, List.of(), List.of(0)));

        assertThat(planner.on(ended(crashed(0, 1)))).containsExactly(batch(3, 0));
        assertThat(planner.on(returned(3, List.of(), List.of(0)))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.WATCHED)).containsExactly(0);
    }

    @Test
    void failuresAreKnownAfterContinueAsNew() {
        Planner before = watching(2);
        before.on(ended(crashed(0, 1)));
        before.on(new Event.BackoffOver(0));
        before.on(new Event.Written(1, List.of(0)));
        before.on(returned(2, List.of(), List.of(0)));

        Planner after = Planner.restore(plan(2), SETTINGS, (_, _) -> 0, before.snapshot(_ -> 0));

        assertThat(after.on(new Event.Begun())).as("both are watched").isEmpty();
        assertThat(after.on(ended(crashed(0, 1)))).containsExactly(batch(3, 0));
        assertThat(after.on(ended(crashed(1, 1)))).containsExactly(new Decision.Backoff(1, Duration.ofSeconds(2)));
    }

    @Test
    void whatIsBackInTheBacklogIsLookedUpAndComesByARelease() {
        Planner planner = watching(1);

        assertThat(planner.on(notStarted(0))).containsExactly(batch(2, 0));
        assertThat(planner.on(new Event.BatchReturned(2, List.of(), List.of(), List.of(0), List.of())))
                .isEmpty();
        assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(0);
        assertThat(planner.on(notStarted(0))).as("told again").isEmpty();
        assertThat(planner.on(released(0))).containsExactly(batch(3, 0));
    }

    @Test
    void aReleaseOfWhatIsWatchedIsLookedUpSinceItsWatcherMayHaveDiedBeforeAnAgentHadIt() {
        Planner planner = watching(1);

        assertThat(planner.on(released(0))).containsExactly(batch(2, 0));
        assertThat(planner.on(returned(2, List.of(), List.of(0)))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.WATCHED)).containsExactly(0);
    }

    @Test
    void batchThatKnewLessThanANoticeIsFollowedByAnother() {
        Planner planner = group(2);
        planner.on(released(0, 1));

        assertThat(planner.on(new Event.Noticed(List.of(crashed(0, 1)), List.of(1))))
                .as("the batch may still tell as much itself")
                .isEmpty();
        assertThat(planner.on(returned(1, List.of(), List.of(0, 1)))).containsExactly(batch(2, 0, 1));
        assertThat(planner.on(returned(2, List.of(crashed(0, 1)), List.of(1))))
                .containsExactly(new Decision.Backoff(0, Duration.ofSeconds(2)));
        assertThat(planner.tasksIn(TaskPhase.WATCHED)).as("not for ever").containsExactly(1);
    }

    @Test
    void batchThatKnewAsMuchIsTakenAtItsWord() {
        Planner planner = group(1);
        planner.on(released(0));
        planner.on(ended(crashed(0, 1)));

        assertThat(planner.on(returned(1, List.of(crashed(0, 1)), List.of())))
                .containsExactly(new Decision.Backoff(0, Duration.ofSeconds(2)));
    }

    @Test
    void agentsOfWatchedTasksAreToldToStop() {
        Planner planner = watching(2);

        assertThat(planner.on(new Event.CancelRequested(List.of(), "CANCELLED", "enough")))
                .containsExactly(new Decision.CancelAtAgents(List.of(0, 1), "CANCELLED", "enough", null));
        Planner after = Planner.restore(plan(2), SETTINGS, (_, _) -> 0, planner.snapshot(_ -> 0));
        assertThat(after.on(new Event.Begun()))
                .containsExactly(new Decision.CancelAtAgents(List.of(0, 1), "CANCELLED", "enough", null));
        assertThat(after.on(ended(new AttemptEnd(0, 1, Outcome.CANCELLED, "", false), completed(1, 1))))
                .containsExactly(new Decision.Finish(RunStatus.CANCELLED));
    }

    @Test
    void pausedRunHearsHowWatchedTasksEnd() {
        Planner planner = watching(2);
        planner.on(new Event.PauseRequested());

        assertThat(planner.on(ended(completed(0, 1), crashed(1, 1))))
                .containsExactly(new Decision.Backoff(1, Duration.ofSeconds(2)));
        assertThat(planner.on(new Event.BackoffOver(1))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.DUE)).containsExactly(1);
    }

    @Test
    void failFastStopsWhatIsWatched() {
        Plan plan = Plan.ofDag(OnFailure.FAIL_FAST, new int[][] {{}, {}}, Collections.nCopies(2, TASK));
        Planner planner = new Planner(plan, SETTINGS, (_, _) -> 0);
        planner.on(released(0, 1));
        planner.on(returned(1, List.of(), List.of(0, 1)));

        List<Decision> decisions = planner.on(ended(new AttemptEnd(0, 1, Outcome.FAILED, "BAD", false)));

        assertThat(decisions.getLast())
                .isInstanceOfSatisfying(
                        Decision.CancelAtAgents.class,
                        cancel -> assertThat(cancel.tasks()).containsExactly(1));
    }

    @Test
    void tasksThatAreNotInThePlanAreRefused() {
        Planner planner = group(1);

        assertThatIllegalArgumentException().isThrownBy(() -> planner.on(ended(completed(1, 1))));
        assertThatIllegalArgumentException().isThrownBy(() -> planner.on(notStarted(-1)));
    }

    /** A run whose tasks all are at agents, and in no batch. */
    private static Planner watching(int size) {
        Planner planner = group(size);
        Integer[] all = new Integer[size];
        for (int task = 0; task < size; task++) {
            all[task] = task;
        }
        planner.on(released(all));
        planner.on(returned(1, List.of(), List.of(all)));
        return planner;
    }

    private static Planner group(int size) {
        return new Planner(plan(size), SETTINGS, (_, _) -> 0);
    }

    private static Plan plan(int size) {
        return Plan.ofGroup(Collections.nCopies(size, TASK));
    }

    private static Event released(Integer... tasks) {
        return new Event.Released(List.of(tasks));
    }

    private static Event returned(int batch, List<AttemptEnd> ended, List<Integer> running) {
        return new Event.BatchReturned(batch, ended, running, List.of(), List.of());
    }

    private static Event ended(AttemptEnd... ends) {
        return new Event.Noticed(List.of(ends), List.of());
    }

    private static Event notStarted(Integer... tasks) {
        return new Event.Noticed(List.of(), List.of(tasks));
    }

    private static AttemptEnd completed(int task, int attempt) {
        return new AttemptEnd(task, attempt, Outcome.COMPLETED, "", false);
    }

    private static AttemptEnd crashed(int task, int attempt) {
        return new AttemptEnd(task, attempt, Outcome.FAILED, "CRASH", true);
    }

    private static Decision batch(int batch, Integer... tasks) {
        return new Decision.DispatchBatch(batch, List.of(tasks), List.of(), Priority.NORMAL);
    }
}
