package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.AgentDrains;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator drains an agent that two workers share. */
class BatchDrainIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker one = fixture.worker("worker-1", BatchFixture.PATIENT, Duration.ofSeconds(10));
    private final BatchFixture.Worker two = fixture.worker("worker-2");
    private final AgentDrains drains = new AgentDrains(fixture.database.dataSource());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatRunsEndsThereWhatWaitsThereMovesAndNothingNewComes() {
        ScriptedAgent drained = fixture.agent("drained", 1).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"), Node.of("c"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> one.dispatch(run, 0));
        Awaitility.await().until(() -> drained.working.size() == 1);
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> one.dispatch(run, 1));
        Awaitility.await().until(() -> status(run, 1) == TaskStatus.DISPATCHED);

        drain("drained");
        ScriptedAgent _ =
                fixture.agent("other", 1).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));

        Awaitility.await().until(() -> status(run, 1) == TaskStatus.COMPLETED);
        two.dispatch(run, 2);
        assertThat(status(run, 2)).isEqualTo(TaskStatus.COMPLETED);
        assertThat(new TaskReader(fixture.database.dataSource())
                        .find("default", fixture.state(run, 1).taskId())
                        .orElseThrow()
                        .facts()
                        .placement())
                .satisfies(placement -> {
                    assertThat(placement.agentId()).isEqualTo("other");
                    assertThat(placement.reason()).isEqualTo(PlacementReason.MOVED_UNAVAILABLE);
                    assertThat(placement.movedFrom()).isEqualTo("drained");
                });
        assertThat(fixture.state(run, 1).attempt()).as("no attempt was used up").isEqualTo(1);
        assertThat(drained.starts).hasSize(1);
        assertThat(status(run, 0)).isEqualTo(TaskStatus.RUNNING);

        drained.finish(drained.starts.getFirst(), "1");

        Awaitility.await().until(() -> status(run, 0) == TaskStatus.COMPLETED);
        assertThat(fixture.state(run, 0).attempt()).isEqualTo(1);
    }

    @Test
    void workFlowsAgainOnceItIsResumed() {
        ScriptedAgent agent =
                fixture.agent("one", 1).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        RunKey run = fixture.dag("{}", Node.of("a"));
        drain("one");
        assertThat(two.dispatch(run, 0).notStarted()).containsExactly(0);
        assertThat(agent.starts).isEmpty();

        assertThat(drains.resume("default", "one")).isPresent();
        takeOver();
        two.dispatch(run, 0);

        assertThat(status(run, 0)).isEqualTo(TaskStatus.COMPLETED);
        assertThat(agent.starts).hasSize(1);
    }

    private void drain(String agentId) {
        assertThat(drains.drain("default", agentId, "ann")).isPresent();
        takeOver();
    }

    /** As workers do every second, and when they are notified. */
    private void takeOver() {
        fixture.refresh();
        one.refresh();
        two.refresh();
    }

    private TaskStatus status(RunKey run, int index) {
        return fixture.state(run, index).status();
    }
}
