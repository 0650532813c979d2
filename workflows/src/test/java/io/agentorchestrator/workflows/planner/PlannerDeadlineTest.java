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
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** Past its deadline a task fails, unless the attempt that is under way ends it. */
class PlannerDeadlineTest {
    private static final PlanTask TASK = new PlanTask(
            Priority.NORMAL, 1, new RetryPolicy(3, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of("FATAL")));
    /** One batch of one task at a time. */
    private static final PlannerSettings NARROW = new PlannerSettings(1, 1, 1);

    private static final PlannerSettings WIDE = new PlannerSettings(1, 10, 4);

    @Test
    void whatNobodyWorksAtFailsAtOnce() {
        Planner planner = group(3, NARROW);
        planner.on(new Event.Released(List.of(0, 1)));

        assertThat(planner.on(passed(1, 2)))
                .as("one is ready, one waits")
                .containsExactly(write(1, expired(1, 0), expired(2, 0)));
        assertThat(planner.tasksIn(TaskPhase.FAILED)).containsExactly(1, 2);
        assertThat(planner.on(passed(1, 2))).as("a repeat").isEmpty();
        assertThat(planner.on(new Event.Released(List.of(1, 2))))
                .as("releases that come too late")
                .isEmpty();
    }

    @Test
    void whatBacksOffFailsAndItsTimerAndItsRequeueMeanNothingMore() {
        Planner planner = group(2, WIDE);
        planner.on(new Event.Released(List.of(0, 1)));
        planner.on(returned(1, List.of(crashed(0, 1), crashed(1, 1)), List.of()));
        planner.on(new Event.BackoffOver(1));

        assertThat(planner.on(passed(0, 1))).containsExactly(write(2, expired(0, 0), expired(1, 0)));
        assertThat(planner.on(new Event.BackoffOver(0))).isEmpty();
        assertThat(planner.on(new Event.Written(1, List.of(1)))).isEmpty();
        assertThat(planner.on(new Event.Written(2, List.of()))).containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void whatIsDueInAPausedRunFails() {
        Planner planner = group(1, WIDE);
        planner.on(new Event.Released(List.of(0)));
        planner.on(returned(1, List.of(crashed(0, 1)), List.of()));
        planner.on(new Event.PauseRequested());
        planner.on(new Event.BackoffOver(0));

        assertThat(planner.on(passed(0))).containsExactly(write(1, expired(0, 0)));
        assertThat(planner.on(new Event.ResumeRequested())).isEmpty();
    }

    @Test
    void whatIsAtAnAgentMayStillComplete() {
        Planner planner = group(1, WIDE);
        planner.on(new Event.Released(List.of(0)));

        assertThat(planner.on(passed(0))).isEmpty();
        assertThat(planner.on(returned(1, List.of(), List.of(0))))
                .as("it is watched on")
                .isEmpty();
        assertThat(planner.on(
                        new Event.Noticed(List.of(new AttemptEnd(0, 1, Outcome.COMPLETED, "", false)), List.of())))
                .containsExactly(new Decision.Finish(RunStatus.COMPLETED));
    }

    @Test
    void whatIsAtAnAgentGetsNoFurtherAttempt() {
        Planner planner = group(4, WIDE);
        planner.on(new Event.Released(List.of(0, 1, 2, 3)));
        planner.on(new Event.Released(List.of(1)));
        planner.on(passed(0, 1, 2));

        List<Decision> decisions = planner.on(new Event.BatchReturned(
                1,
                List.of(crashed(0, 2), new AttemptEnd(2, 1, Outcome.FAILED, "BAD_INPUT", false), crashed(3, 1)),
                List.of(),
                List.of(1),
                List.of()));

        assertThat(decisions)
                .as("an attempt that ends the task says why; the others would have gone on")
                .containsExactly(
                        write(1, expired(1, 0), expired(0, 2), new Decision.Failure(2, 1, "BAD_INPUT")),
                        new Decision.Backoff(3, Duration.ofSeconds(2)));
    }

    @Test
    void cancellationThatWasAskedForGoesBeforeTheDeadline() {
        Planner planner = group(1, WIDE);
        planner.on(new Event.Released(List.of(0)));
        planner.on(passed(0));
        planner.on(new Event.CancelRequested(List.of(0), "CANCELLED", "stop"));

        assertThat(planner.on(returned(1, List.of(crashed(0, 1)), List.of())))
                .containsExactly(new Decision.Write(
                        1, List.of(), List.of(new Decision.Cancellation(0, "CANCELLED", "stop")), List.of()));
    }

    @Test
    void continuedRunKnowsWhichDeadlinesHavePassed() {
        Plan plan = Plan.ofGroup(Collections.nCopies(3, TASK));
        Planner before = new Planner(plan, NARROW, (_, _) -> 0);
        before.on(new Event.Released(List.of(0)));
        before.on(passed(0));
        before.on(returned(1, List.of(), List.of(0)));

        Planner after = Planner.restore(plan, NARROW, (_, _) -> 0, before.snapshot(_ -> 0));
        after.on(new Event.Begun());

        assertThat(after.on(new Event.Noticed(List.of(crashed(0, 1)), List.of())))
                .containsExactly(write(1, expired(0, 1)));
    }

    @Test
    void dependentsEndAsAfterAnyFailure() {
        int[][] chainAndOne = {{}, {0}, {1}, {}};
        Planner cancelling = dag(OnFailure.CANCEL_DEPENDENTS, chainAndOne);
        Planner failingFast = dag(OnFailure.FAIL_FAST, chainAndOne);
        Planner continuing = dag(OnFailure.CONTINUE, chainAndOne);

        assertThat(cancelled(cancelling.on(passed(1)))).containsExactly(tuple(2, "UPSTREAM_FAILED"));
        assertThat(cancelled(failingFast.on(passed(1))))
                .containsExactly(tuple(2, "UPSTREAM_FAILED"), tuple(0, "DAG_FAILED"), tuple(3, "DAG_FAILED"));
        assertThat(cancelled(continuing.on(passed(1)))).isEmpty();
        assertThat(continuing.on(new Event.Written(1, List.of(2))))
                .containsExactly(new Decision.DispatchBatch(1, List.of(2), List.of(), Priority.NORMAL));
    }

    @Test
    void ofTasksThatPassTheirsTogetherDependentsEndAsDependents() {
        Planner planner = dag(OnFailure.CANCEL_DEPENDENTS, new int[][] {{1}, {2}, {}, {}});

        Decision.Write write = (Decision.Write) planner.on(passed(0, 1, 2)).getFirst();

        assertThat(write.failed()).containsExactly(expired(2, 0));
        assertThat(write.cancelled()).extracting(Decision.Cancellation::task).containsExactly(1, 0);
    }

    @Test
    void parentsMayStillCompleteAfterATaskHasFailed() {
        Planner planner = dag(OnFailure.CANCEL_DEPENDENTS, new int[][] {{}, {0}});
        planner.on(passed(1));
        planner.on(new Event.Written(1, List.of()));
        planner.on(new Event.Released(List.of(0)));

        assertThat(planner.on(returned(1, List.of(new AttemptEnd(0, 1, Outcome.COMPLETED, "", false)), List.of())))
                .containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void tasksThatAreNotInThePlanAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> group(2, WIDE).on(passed(2)))
                .withMessageContaining("0 to 1");
    }

    private static Planner group(int size, PlannerSettings settings) {
        return new Planner(Plan.ofGroup(Collections.nCopies(size, TASK)), settings, (_, _) -> 0);
    }

    private static Planner dag(OnFailure onFailure, int[][] parents) {
        return new Planner(
                Plan.ofDag(onFailure, parents, Collections.nCopies(parents.length, TASK)), WIDE, (_, _) -> 0);
    }

    private static Event passed(Integer... tasks) {
        return new Event.DeadlinePassed(List.of(tasks));
    }

    private static Event returned(int batch, List<AttemptEnd> ended, List<Integer> running) {
        return new Event.BatchReturned(batch, ended, running, List.of(), List.of());
    }

    private static AttemptEnd crashed(int task, int attempt) {
        return new AttemptEnd(task, attempt, Outcome.FAILED, "CRASH", true);
    }

    private static Decision.Failure expired(int task, int attempt) {
        return new Decision.Failure(task, attempt, EndCodes.DEADLINE_EXCEEDED);
    }

    private static Decision write(int number, Decision.Failure... failed) {
        return new Decision.Write(number, List.of(failed), List.of(), List.of());
    }

    private static List<Tuple> cancelled(List<Decision> decisions) {
        return ((Decision.Write) decisions.getFirst())
                .cancelled().stream()
                        .map(cancellation -> tuple(cancellation.task(), cancellation.code()))
                        .toList();
    }
}
