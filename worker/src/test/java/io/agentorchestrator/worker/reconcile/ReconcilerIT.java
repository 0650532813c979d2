package io.agentorchestrator.worker.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.run.RunReconciliation.OpenRun;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.worker.run.WorkflowDescription;
import io.agentorchestrator.worker.testkit.RunsFixture;
import io.agentorchestrator.workflows.model.RunKey;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcilerIT {
    private final RunsFixture runs = new RunsFixture();
    private final List<RunStore.AtAgent> told = new CopyOnWriteArrayList<>();
    private final Reconciler reconciler = reconciler(runs.temporal, new WakeSignal());

    @AfterEach
    void close() {
        reconciler.stop();
        runs.close();
    }

    @Test
    void leavesARunWhoseWorkflowGoesOnAndLooksAgainOnlyMuchLater() {
        RunKey run = runs.started();
        runs.reconciliation.suspect(run);

        reconciler.sweep();

        assertThat(runs.status(run)).isEqualTo("RUNNING");
        assertThat(next(run)).isEqualTo("none");
        assertThat(suspects()).isEmpty();
    }

    @Test
    void aLostRunGoesOnInANewOneOnceEvenWithTwoReconcilers() {
        List<RunKey> lost = IntStream.range(0, 10).mapToObj(_ -> runs.lost()).toList();
        runs.atAgent(lost.getFirst(), 0, "one");
        lost.forEach(runs.reconciliation::suspect);
        Reconciler other = reconciler(runs.temporal, new WakeSignal());

        CompletableFuture.allOf(CompletableFuture.runAsync(reconciler::sweep), CompletableFuture.runAsync(other::sweep))
                .join();
        lost.forEach(runs.reconciliation::suspect);
        reconciler.sweep();
        other.stop();

        assertThat(lost).allSatisfy(run -> {
            RunKey second = new RunKey(run.runId(), 2);
            assertThat(runs.status(second)).isEqualTo("RUNNING");
            assertThat(runs.describe(second)).isEqualTo(is(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING));
            assertThat(runs.status(new RunKey(run.runId(), 3))).isEqualTo("none");
        });
        assertThat(runs.tasks(lost.getFirst()).getFirst()).isEqualTo("RUNNING");
        assertThat(told).isEmpty();
    }

    @Test
    void aRunThatAnOperatorTerminatedStaysStoppedAndItsAgentsHear() {
        RunKey run = runs.started();
        runs.atAgent(run, 0, "one");
        runs.client().newUntypedWorkflowStub(RunsFixture.workflowId(run)).terminate("enough");
        runs.reconciliation.suspect(run);

        reconciler.sweep();
        reconciler.sweep();

        assertThat(runs.status(run)).isEqualTo("CANCELLED");
        assertThat(runs.tasks(run)).containsExactly("CANCELLED RUN_TERMINATED", "CANCELLED RUN_TERMINATED");
        assertThat(told).singleElement().satisfies(task -> {
            assertThat(task.agentId()).isEqualTo("one");
            assertThat(task.epoch()).isEqualTo(1);
        });
        assertThat(next(run)).isEqualTo("none");
    }

    @Test
    void concludesNothingWhileTemporalIsAwayAndLooksAgain() {
        RunKey run = runs.lost();
        runs.reconciliation.suspect(run);
        runs.temporal.goAway();

        reconciler.sweep();

        assertThat(runs.status(run)).isEqualTo("RUNNING");
        assertThat(runs.temporal.missed).contains(RunsFixture.workflowId(run));

        runs.temporal.comeBack();
        reconciler.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(next(run)).isEqualTo("RUNNING"));
    }

    @Test
    void concludesNothingFromANamespaceThatIsMissing() throws Exception {
        RunKey run = runs.lost();
        runs.reconciliation.suspect(run);
        try (EmptyTemporal empty = new EmptyTemporal()) {
            Reconciler stranger = reconciler(empty.runs(), new WakeSignal());

            stranger.sweep();
            stranger.stop();

            assertThat(empty.asked()).isPositive();
        }
        assertThat(runs.status(run)).isEqualTo("RUNNING");
        assertThat(next(run)).isEqualTo("none");
        assertThat(runs.tasks(run)).noneMatch(task -> task.startsWith("CANCELLED"));
    }

    @Test
    void aCancelThatTheLostWorkflowHadIsOpenAgain() {
        RunKey run = runs.lost();
        runs.atAgent(run, 0, "somewhere");
        var answer = (CommandAnswer.Accepted) runs.commands.cancelDag(RunsFixture.TENANT, "me", run.runId(), "enough");
        runs.delivery.acknowledged(List.of(answer.command().commandId()));
        runs.reconciliation.suspect(run);

        reconciler.sweep();

        assertThat(runs.delivery.take(10, Duration.ofSeconds(1)))
                .singleElement()
                .satisfies(open -> {
                    assertThat(open.commandId()).isEqualTo(answer.command().commandId());
                    assertThat(open.run()).isEqualTo(new RunKey(run.runId(), 2));
                });
    }

    @Test
    void isWokenForASuspect() {
        Reconciler woken = reconciler(runs.temporal, runs.reconcileWake);
        woken.start();
        RunKey run = runs.lost();

        runs.suspects.add(run);

        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(next(run)).isEqualTo("RUNNING"));
        woken.stop();
    }

    private Reconciler reconciler(TemporalRuns temporal, WakeSignal wake) {
        RunRepair repair = new RunRepair(runs.reconciliation, temporal, runs.starter, (task, reason) -> told.add(task));
        return new Reconciler(runs.reconciliation, repair, new CrossRunDependents(runs.database.dataSource()), wake);
    }

    private String next(RunKey run) {
        return runs.status(new RunKey(run.runId(), run.runNumber() + 1));
    }

    private List<RunKey> suspects() {
        return runs.reconciliation.takeUnverified(Duration.ofHours(1), 10).stream()
                .map(OpenRun::key)
                .toList();
    }

    private static WorkflowDescription is(WorkflowExecutionStatus status) {
        return new WorkflowDescription.Is(status);
    }
}
