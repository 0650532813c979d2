package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanTask;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A paused run keeps no capacity: what it was released goes back to the backlog. */
class PlannerPauseTest {
    private static final RetryPolicy ONCE =
            new RetryPolicy(1, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of());
    private static final PlanTask TASK = new PlanTask(Priority.NORMAL, 1, ONCE);
    /** One batch of one task at a time. */
    private static final PlannerSettings NARROW = new PlannerSettings(1, 1, 1);

    private final Plan plan = Plan.ofGroup(Collections.nCopies(3, TASK));
    private final Planner planner = new Planner(plan, NARROW, (_, _) -> 0);

    @Test
    void readyTasksGoBackToTheBacklogAndTasksAtAgentsGoOn() {
        planner.on(new Event.Released(List.of(0, 1, 2)));

        assertThat(planner.on(new Event.PauseRequested())).containsExactly(requeued(1, 1, 2));
        assertThat(planner.on(new Event.Written(1, List.of()))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(1, 2);
        assertThat(planner.on(returned(1, List.of(), List.of(0), List.of()))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.WATCHED)).containsExactly(0);
        assertThat(planner.on(new Event.ResumeRequested())).isEmpty();
    }

    @Test
    void lateReleasesAreHandedBack() {
        planner.on(new Event.PauseRequested());

        assertThat(planner.on(new Event.Released(List.of(0)))).containsExactly(requeued(1, 0));
        assertThat(planner.on(new Event.Released(List.of(0))))
                .as("a repeat, before the first is answered")
                .isEmpty();
        assertThat(planner.on(new Event.Written(1, List.of())))
                .as("and it may have come after the requeue")
                .containsExactly(requeued(2, 0));
        assertThat(planner.on(new Event.Written(2, List.of()))).isEmpty();
        assertThat(planner.counts().waiting()).isEqualTo(3);
    }

    @Test
    void releasesThatABatchBringsAreHandedBack() {
        planner.on(new Event.Released(List.of(0, 1)));
        planner.on(new Event.PauseRequested());
        planner.on(new Event.Written(1, List.of()));

        assertThat(planner.on(returned(
                        1, List.of(new AttemptEnd(0, 1, Outcome.COMPLETED, "", false)), List.of(), List.of(2))))
                .containsExactly(requeued(2, 2));
    }

    @Test
    void whatTheStoreReleasesBecauseItWasResumedIsKeptUntilTheResumeIsHeardOf() {
        planner.on(new Event.Released(List.of(0, 1, 2)));
        planner.on(new Event.PauseRequested());

        assertThat(planner.on(new Event.Written(1, List.of(1, 2)))).isEmpty();
        assertThat(planner.tasksIn(TaskPhase.READY)).containsExactly(1, 2);
        assertThat(planner.on(new Event.PauseRequested()))
                .as("the resume was overtaken by a further pause")
                .containsExactly(requeued(2, 1, 2));
    }

    @Test
    void whatTheStoreReleasedBeforeThePauseIsHandedBack() {
        Plan retried = Plan.ofGroup(List.of(new PlanTask(
                Priority.NORMAL, 1, new RetryPolicy(2, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of()))));
        Planner retrying = new Planner(retried, NARROW, (_, _) -> 0);
        retrying.on(new Event.Released(List.of(0)));
        retrying.on(returned(1, List.of(new AttemptEnd(0, 1, Outcome.FAILED, "CRASH", true)), List.of(), List.of()));
        retrying.on(new Event.BackoffOver(0));
        retrying.on(new Event.PauseRequested());

        assertThat(retrying.on(new Event.Written(1, List.of(0)))).containsExactly(requeued(2, 0));
    }

    @Test
    void resumedRunGoesOnWithWhatIsReleasedAnew() {
        planner.on(new Event.Released(List.of(0, 1)));
        planner.on(new Event.PauseRequested());
        planner.on(new Event.ResumeRequested());
        planner.on(returned(1, List.of(new AttemptEnd(0, 1, Outcome.COMPLETED, "", false)), List.of(), List.of()));

        assertThat(planner.on(new Event.Released(List.of(1)))).isEmpty();
        assertThat(planner.on(new Event.Written(1, List.of()))).containsExactly(batch(2, 1));
    }

    @Test
    void pausedRunThatContinuesAsNewStaysPausedAndHandsBack() {
        planner.on(new Event.Released(List.of(0, 1)));
        planner.on(new Event.PauseRequested());
        planner.on(new Event.Written(1, List.of(1)));

        Planner after = Planner.restore(plan, NARROW, (_, _) -> 0, planner.snapshot(_ -> 0));

        assertThat(after.on(new Event.Begun())).containsExactly(requeued(2, 1), batch(2, 0));
        assertThat(after.isPaused()).isTrue();
    }

    private static Decision requeued(int number, Integer... tasks) {
        return new Decision.Write(number, List.of(), List.of(), List.of(tasks));
    }

    private static Decision batch(int batch, Integer... tasks) {
        return new Decision.DispatchBatch(batch, List.of(tasks), List.of(), Priority.NORMAL);
    }

    private static Event returned(int batch, List<AttemptEnd> ended, List<Integer> running, List<Integer> releases) {
        return new Event.BatchReturned(batch, ended, running, List.of(), releases);
    }
}
