package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Limits;
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

/** Which tasks batches take along, and what becomes of them. */
class PlannerFollowingTest {
    private static final PlanTask TASK = new PlanTask(
            Priority.NORMAL, 1, new RetryPolicy(2, Duration.ofSeconds(4), 2, Duration.ofMinutes(1), List.of()));

    /** 0 → 1 → 2; 3 by itself; 4 after 1 and 3. */
    private static final int[][] PARENTS = {{}, {0}, {1}, {}, {1, 3}};

    @Test
    void aBatchTakesAlongWhatWaitsForNothingButItsOwnTasks() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, PARENTS);

        assertThat(planner.on(released(0))).containsExactly(batch(1, List.of(0), 1, 2));
        assertThat(planner.on(released(3)))
                .as("4 waits for the other batch as well")
                .containsExactly(batch(2, List.of(3)));
        assertThat(planner.on(new Event.BatchReturned(2, List.of(completed(3)), List.of(), List.of(), List.of())))
                .isEmpty();
        assertThat(planner.on(new Event.BatchReturned(
                        1, List.of(completed(0), completed(1)), List.of(2), List.of(), List.of(4))))
                .containsExactly(batch(3, List.of(4)));
    }

    @Test
    void whatTheyWaitForMayBeReleasedTogether() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, PARENTS);

        assertThat(planner.on(released(0, 3))).containsExactly(batch(1, List.of(0, 3), 1, 2, 4));
        assertThat(planner.on(new Event.BatchReturned(
                        1,
                        IntStream.range(0, 5)
                                .mapToObj(PlannerFollowingTest::completed)
                                .toList(),
                        List.of(),
                        List.of(),
                        List.of())))
                .containsExactly(new Decision.Finish(RunStatus.COMPLETED));
    }

    @Test
    void whatIsLookedAtAgainTakesThemAlongAgain() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, PARENTS);
        planner.on(released(0));

        assertThat(planner.on(new Event.BatchReturned(1, List.of(), List.of(), List.of(1, 2), List.of())))
                .containsExactly(batch(2, List.of(0), 1, 2));
    }

    @Test
    void whatFollowsAFailureIsCancelledForThatFailure() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, new int[][] {{}, {0}, {1}});
        planner.on(released(0));

        List<Decision> decisions = planner.on(new Event.BatchReturned(
                1, List.of(new AttemptEnd(0, 2, Outcome.FAILED, "BAD", true)), List.of(), List.of(1, 2), List.of()));

        assertThat(decisions)
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        Decision.Write.class,
                        write -> assertThat(write.cancelled())
                                .extracting(Decision.Cancellation::code)
                                .containsExactly("UPSTREAM_FAILED", "UPSTREAM_FAILED"));
    }

    @Test
    void agentsAreToldOfWhatIsCancelledInABatchAndItEndsWithIt() {
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, new int[][] {{}, {0}, {1}});
        planner.on(released(0));

        assertThat(planner.on(new Event.CancelRequested(List.of(1), "CANCELLED", "by a user")))
                .containsExactly(new Decision.CancelAtAgents(List.of(1), "CANCELLED", "by a user", null));
        planner.on(new Event.BatchReturned(1, List.of(completed(0)), List.of(), List.of(1, 2), List.of()));

        assertThat(planner.tasksIn(TaskPhase.CANCELLED)).containsExactly(1, 2);
    }

    @Test
    void aPausedRunTakesNothingAlong() {
        Planner paused = planner(OnFailure.CANCEL_DEPENDENTS, PARENTS);
        paused.on(released(0));
        paused.on(new Event.PauseRequested());

        assertThat(paused.on(new Event.BatchReturned(1, List.of(), List.of(), List.of(1, 2), List.of())))
                .containsExactly(batch(2, List.of(0)));
    }

    @Test
    void afterAFailureThatSatisfiesItsDependentsTheyComeByTheirOwnRelease() {
        Planner planner = planner(OnFailure.CONTINUE, new int[][] {{}, {}, {0, 1}});
        planner.on(released(0));
        planner.on(new Event.BatchReturned(
                1, List.of(new AttemptEnd(0, 2, Outcome.FAILED, "BAD", true)), List.of(), List.of(), List.of()));

        assertThat(planner.on(released(1))).containsExactly(batch(2, List.of(1)));
    }

    @Test
    void aBatchIsBoundedWithWhatItTakesAlong() {
        int[][] chain = new int[2_000][];
        for (int task = 0; task < chain.length; task++) {
            chain[task] = task == 0 ? new int[0] : new int[] {task - 1};
        }
        Planner planner = planner(OnFailure.CANCEL_DEPENDENTS, chain);

        assertThat(planner.on(released(0)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.DispatchBatch.class,
                        batch -> assertThat(batch.dependents()).hasSize(Limits.MAX_BATCH_SIZE - 1));
    }

    private static Planner planner(OnFailure onFailure, int[][] parents) {
        return new Planner(
                Plan.ofDag(onFailure, parents, Collections.nCopies(parents.length, TASK)),
                new PlannerSettings(PlannerSettings.NEWEST_VERSION, 10, 4),
                (_, _) -> 0);
    }

    private static Event released(int... tasks) {
        return new Event.Released(IntStream.of(tasks).boxed().toList());
    }

    private static AttemptEnd completed(int task) {
        return new AttemptEnd(task, 1, Outcome.COMPLETED, "", false);
    }

    private static Decision batch(int batch, List<Integer> tasks, Integer... following) {
        return new Decision.DispatchBatch(batch, tasks, List.of(following), Priority.NORMAL);
    }
}
