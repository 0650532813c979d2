package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanTask;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A run that takes over tasks where a lost run has left them. */
class PlannerResumptionTest {
    private static final PlanTask TASK = new PlanTask(
            Priority.NORMAL, 1, new RetryPolicy(2, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of()));
    private static final PlannerSettings SETTINGS = new PlannerSettings(2, 10, 4);

    @Test
    void watchesWhatMayBeAtAgentsAndDispatchesWhatIsGranted() {
        Planner planner = takingOver(
                OnFailure.CANCEL_DEPENDENTS,
                new int[][] {{}, {}, {}, {}, {}, {0}},
                false,
                TaskStatus.COMPLETED,
                TaskStatus.RUNNING,
                TaskStatus.BACKOFF,
                TaskStatus.GRANTED,
                TaskStatus.QUEUED,
                TaskStatus.WAITING);

        assertThat(planner.on(new Event.Begun())).containsExactly(lot(1, 1, 2, 3));
        List<Decision> decisions = planner.on(new Event.LotReturned(
                1,
                List.of(completed(3), new AttemptEnd(2, 1, Outcome.FAILED, "CRASH", true)),
                List.of(1),
                List.of(),
                List.of(4)));
        assertThat(decisions).containsExactly(new Decision.Backoff(2, Duration.ofSeconds(2)), lot(2, 1, 4));
        assertThat(planner.on(new Event.Granted(List.of(5)))).containsExactly(lot(3, 5));
    }

    @Test
    void drawsTheConsequencesThatTheLostRunDidNotRecord() {
        Planner planner = takingOver(
                OnFailure.CANCEL_DEPENDENTS,
                new int[][] {{}, {0}, {1}, {}, {3}, {}},
                false,
                TaskStatus.FAILED,
                TaskStatus.CANCELLED,
                TaskStatus.WAITING,
                TaskStatus.CANCELLED,
                TaskStatus.WAITING,
                TaskStatus.QUEUED);

        Decision.Settle settle = (Decision.Settle) planner.on(new Event.Begun()).getFirst();

        assertThat(settle.failed()).isEmpty();
        assertThat(settle.cancelled())
                .extracting(Decision.Cancellation::task, Decision.Cancellation::code)
                .containsExactly(tuple(2, "UPSTREAM_FAILED"), tuple(4, "UPSTREAM_CANCELLED"));
        assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(5);
    }

    @Test
    void failsFastAndStopsWhatRuns() {
        Planner planner = takingOver(
                OnFailure.FAIL_FAST,
                new int[][] {{}, {}, {}},
                false,
                TaskStatus.FAILED,
                TaskStatus.RUNNING,
                TaskStatus.QUEUED);

        List<Decision> decisions = planner.on(new Event.Begun());

        assertThat(((Decision.Settle) decisions.getFirst()).cancelled())
                .extracting(Decision.Cancellation::task, Decision.Cancellation::code)
                .containsExactly(tuple(2, "DAG_FAILED"));
        assertThat(decisions.get(1))
                .isInstanceOfSatisfying(
                        Decision.CancelAtAgents.class,
                        cancel -> assertThat(cancel.tasks()).containsExactly(1));
        assertThat(decisions.get(2)).isEqualTo(lot(1, 1));
    }

    @Test
    void continueLetsDependentsOfFailedTasksBe() {
        Planner planner =
                takingOver(OnFailure.CONTINUE, new int[][] {{}, {0}}, false, TaskStatus.FAILED, TaskStatus.GRANTED);

        assertThat(planner.on(new Event.Begun())).containsExactly(lot(1, 1));
    }

    @Test
    void pausedRunStaysPausedAndHandsBackWhatWasGranted() {
        Planner planner =
                takingOver(OnFailure.CONTINUE, new int[][] {{}, {}}, true, TaskStatus.RUNNING, TaskStatus.GRANTED);

        assertThat(planner.on(new Event.Begun()))
                .containsExactly(new Decision.Settle(1, List.of(), List.of(), List.of(1)), lot(1, 0));
    }

    @Test
    void runOfWhichAllHasEndedFinishes() {
        Planner planner =
                takingOver(OnFailure.CONTINUE, new int[][] {{}, {}}, false, TaskStatus.COMPLETED, TaskStatus.FAILED);

        assertThat(planner.on(new Event.Begun())).containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void phasesThatOnlyAPlannerKnowsAreRefused() {
        for (TaskPhase phase : List.of(TaskPhase.IN_LOT, TaskPhase.BACKOFF, TaskPhase.DUE, TaskPhase.REQUEUING)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Planner.resumption(List.of(phase), false))
                    .withMessageContaining("TaskPhase.taking");
        }
    }

    @Test
    void largestRunFitsIntoItsInput() {
        Random random = new Random(1);
        List<TaskStatus> statuses = List.of(TaskStatus.values());
        List<TaskPhase> phases = Stream.generate(() -> statuses.get(random.nextInt(statuses.size())))
                .limit(10_000)
                .map(TaskPhase::taking)
                .toList();

        assertThat(Planner.resumption(phases, true)).hasSizeLessThan(10_000);
    }

    private static Planner takingOver(OnFailure onFailure, int[][] parents, boolean paused, TaskStatus... statuses) {
        Plan plan = Plan.ofDag(onFailure, parents, Collections.nCopies(parents.length, TASK));
        byte[] state = Planner.resumption(
                Arrays.stream(statuses).map(TaskPhase::taking).toList(), paused);
        return Planner.restore(plan, SETTINGS, () -> 0, state);
    }

    private static Decision lot(int lot, Integer... tasks) {
        return new Decision.DispatchLot(lot, List.of(tasks), Priority.NORMAL);
    }

    private static AttemptEnd completed(int task) {
        return new AttemptEnd(task, 1, Outcome.COMPLETED, "", false);
    }
}
