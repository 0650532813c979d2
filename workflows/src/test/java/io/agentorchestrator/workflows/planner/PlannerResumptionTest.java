package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.agentorchestrator.history.v1.SnapshotMessage;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Deflate;
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
    private static final PlannerSettings SETTINGS = new PlannerSettings(1, 10, 4);

    @Test
    void watchesWhatMayBeAtAgentsAndDispatchesWhatIsReleased() {
        Planner planner = takingOver(
                OnFailure.CANCEL_DEPENDENTS,
                new int[][] {{}, {}, {}, {}, {}, {0}, {}},
                false,
                TaskStatus.COMPLETED,
                TaskStatus.RUNNING,
                TaskStatus.BACKOFF,
                TaskStatus.RELEASED,
                TaskStatus.QUEUED,
                TaskStatus.WAITING,
                TaskStatus.DISPATCHED);

        assertThat(planner.on(new Event.Begun())).containsExactly(batch(1, 1, 2, 6, 3));
        List<Decision> decisions = planner.on(new Event.BatchReturned(
                1,
                List.of(completed(3), new AttemptEnd(2, 1, Outcome.FAILED, "CRASH", true)),
                List.of(1, 6),
                List.of(),
                List.of(4)));
        assertThat(decisions).containsExactly(new Decision.Backoff(2, Duration.ofSeconds(2)), batch(2, 4));
        assertThat(planner.on(new Event.Released(List.of(5)))).containsExactly(batch(3, 5));
        assertThat(planner.tasksIn(TaskPhase.WATCHED)).containsExactly(1, 6);
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

        Decision.Write write = (Decision.Write) planner.on(new Event.Begun()).getFirst();

        assertThat(write.failed()).isEmpty();
        assertThat(write.cancelled())
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

        assertThat(((Decision.Write) decisions.getFirst()).cancelled())
                .extracting(Decision.Cancellation::task, Decision.Cancellation::code)
                .containsExactly(tuple(2, "DAG_FAILED"));
        assertThat(decisions.get(1))
                .isInstanceOfSatisfying(
                        Decision.CancelAtAgents.class,
                        cancel -> assertThat(cancel.tasks()).containsExactly(1));
        assertThat(decisions.get(2)).isEqualTo(batch(1, 1));
    }

    @Test
    void continueLetsDependentsOfFailedTasksBe() {
        Planner planner =
                takingOver(OnFailure.CONTINUE, new int[][] {{}, {0}}, false, TaskStatus.FAILED, TaskStatus.RELEASED);

        assertThat(planner.on(new Event.Begun())).containsExactly(batch(1, 1));
    }

    @Test
    void pausedRunStaysPausedAndHandsBackWhatWasReleased() {
        Planner planner =
                takingOver(OnFailure.CONTINUE, new int[][] {{}, {}}, true, TaskStatus.RUNNING, TaskStatus.RELEASED);

        assertThat(planner.on(new Event.Begun()))
                .containsExactly(new Decision.Write(1, List.of(), List.of(), List.of(1)), batch(1, 0));
    }

    @Test
    void runOfWhichAllHasEndedFinishes() {
        Planner planner =
                takingOver(OnFailure.CONTINUE, new int[][] {{}, {}}, false, TaskStatus.COMPLETED, TaskStatus.FAILED);

        assertThat(planner.on(new Event.Begun())).containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void phasesThatOnlyAPlannerKnowsAreRefused() {
        for (TaskPhase phase :
                List.of(TaskPhase.IN_BATCH, TaskPhase.WATCHED, TaskPhase.BACKOFF, TaskPhase.DUE, TaskPhase.REQUEUING)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Planner.resumption(List.of(phase), List.of(), false))
                    .withMessageContaining("TaskPhase.taking");
        }
    }

    @Test
    void attemptsFromBeforeAUserHadATaskRunAgainDoNotCount() {
        Planner planner =
                resumed(Plan.ofGroup(List.of(TASK, TASK)), List.of(2, 0), TaskStatus.RELEASED, TaskStatus.RELEASED);
        planner.on(new Event.Begun());

        assertThat(planner.on(returned(1, crashed(0, 3), crashed(1, 2))))
                .containsExactly(
                        new Decision.Write(1, List.of(new Decision.Failure(1, 2, "CRASH")), List.of(), List.of()),
                        new Decision.Backoff(0, Duration.ofSeconds(2)));
    }

    @Test
    void attemptsThatDoNotCountAreKnownAfterContinueAsNew() {
        Plan plan = Plan.ofGroup(List.of(TASK));
        Planner before = resumed(plan, List.of(130), TaskStatus.RELEASED);
        before.on(new Event.Begun());
        before.on(returned(1, crashed(0, 131)));

        Planner after = Planner.restore(plan, SETTINGS, (_, _) -> 0, before.snapshot(_ -> 7));

        assertThat(after.on(new Event.Begun())).containsExactly(new Decision.Backoff(0, Duration.ofMillis(7)));
        after.on(new Event.BackoffOver(0));
        after.on(new Event.Written(1, List.of(0)));
        assertThat(after.on(returned(2, crashed(0, 132))))
                .containsExactly(
                        new Decision.Write(2, List.of(new Decision.Failure(0, 132, "CRASH")), List.of(), List.of()));
    }

    @Test
    void tasksThatDoNotRunAgainRestAndTheirEndsConcernNoneThatDoes() {
        // 0 failed and rests, and so does 1, which depends on it; 2 and 3 run again.
        int[][] parents = {{}, {0}, {}, {2}};
        Plan plan = Plan.ofDag(OnFailure.CANCEL_DEPENDENTS, parents, Collections.nCopies(4, TASK));
        Planner planner = resumed(
                plan,
                List.of(0, 0, 2, 0),
                TaskStatus.FAILED,
                TaskStatus.CANCELLED,
                TaskStatus.RELEASED,
                TaskStatus.WAITING);

        assertThat(planner.on(new Event.Begun()))
                .containsExactly(new Decision.DispatchBatch(1, List.of(2), List.of(3), Priority.NORMAL));
        assertThat(planner.on(returned(1, completed(2), completed(3))))
                .containsExactly(new Decision.Finish(RunStatus.FAILED));
    }

    @Test
    void dependentsThatRunAgainRunBehindAFailureThatRestsWhereTheDagContinues() {
        Plan plan = Plan.ofDag(OnFailure.CONTINUE, new int[][] {{}, {0}, {1}}, Collections.nCopies(3, TASK));
        Planner planner = resumed(plan, List.of(), TaskStatus.FAILED, TaskStatus.RELEASED, TaskStatus.WAITING);

        assertThat(planner.on(new Event.Begun()))
                .containsExactly(new Decision.DispatchBatch(1, List.of(1), List.of(2), Priority.NORMAL));
    }

    @Test
    void attemptBasesThatCannotBeAreRefused() {
        List<TaskPhase> phases = List.of(TaskPhase.READY, TaskPhase.READY);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Planner.resumption(phases, List.of(1), false))
                .withMessageContaining("1 attempt bases, but 2 tasks");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Planner.resumption(phases, List.of(0, -1), false))
                .withMessageContaining("task 1");
    }

    @Test
    void stateOfALaterVersionIsRefused() {
        byte[] state = Deflate.deflate(SnapshotMessage.newBuilder()
                        .setVersion(2)
                        .addPhases(SnapshotMessage.Phase.READY)
                        .build()
                        .toByteArray())
                .toByteArray();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Planner.restore(Plan.ofGroup(List.of(TASK)), SETTINGS, (_, _) -> 0, state))
                .withMessageContaining("version is 2, and only 1 is");
    }

    @Test
    void largestRunFitsIntoItsInput() {
        Random random = new Random(1);
        List<TaskStatus> statuses = List.of(TaskStatus.values());
        List<TaskPhase> phases = Stream.generate(() -> statuses.get(random.nextInt(statuses.size())))
                .limit(10_000)
                .map(TaskPhase::taking)
                .toList();

        List<Integer> bases =
                Stream.generate(() -> random.nextInt(4)).limit(10_000).toList();

        assertThat(Planner.resumption(phases, bases, true)).hasSizeLessThan(10_000);
    }

    private static Planner takingOver(OnFailure onFailure, int[][] parents, boolean paused, TaskStatus... statuses) {
        Plan plan = Plan.ofDag(onFailure, parents, Collections.nCopies(parents.length, TASK));
        byte[] state = Planner.resumption(
                Arrays.stream(statuses).map(TaskPhase::taking).toList(), List.of(), paused);
        return Planner.restore(plan, SETTINGS, (_, _) -> 0, state);
    }

    private static Planner resumed(Plan plan, List<Integer> attemptBases, TaskStatus... statuses) {
        byte[] state = Planner.resumption(
                Arrays.stream(statuses).map(TaskPhase::taking).toList(), attemptBases, false);
        return Planner.restore(plan, SETTINGS, (_, _) -> 0, state);
    }

    private static Event returned(int batch, AttemptEnd... ended) {
        return new Event.BatchReturned(batch, List.of(ended), List.of(), List.of(), List.of());
    }

    private static AttemptEnd crashed(int task, int attempt) {
        return new AttemptEnd(task, attempt, Outcome.FAILED, "CRASH", true);
    }

    private static Decision batch(int batch, Integer... tasks) {
        return new Decision.DispatchBatch(batch, List.of(tasks), List.of(), Priority.NORMAL);
    }

    private static AttemptEnd completed(int task) {
        return new AttemptEnd(task, 1, Outcome.COMPLETED, "", false);
    }
}
