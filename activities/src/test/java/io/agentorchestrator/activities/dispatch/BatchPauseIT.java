package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A batch whose run is paused. The agent has one slot, so that its second task waits in the ready queue. */
class BatchPauseIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1", BatchFixture.PATIENT, Duration.ofSeconds(10));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatWaitsForASlotGoesBackToTheBacklogAndWhatIsAtAnAgentGoesOn() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 1).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"), Node.of("c"));
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0, 1, 2));
        Awaitility.await().until(() -> committed(run) >= 2 && agent.working.size() == 1);

        fixture.pause(run);
        worker.refreshRun(run);

        BatchResult ended = result.get(10, TimeUnit.SECONDS);
        assertThat(ended.notStarted()).hasSize(2);
        assertThat(ended.running()).hasSize(1);
        assertThat(agent.starts).hasSize(1);
        for (int task : ended.notStarted()) {
            assertThat(fixture.state(run, task).status()).isEqualTo(TaskStatus.QUEUED);
            assertThat(fixture.state(run, task).attempt())
                    .as("an attempt is not used up")
                    .isZero();
        }
    }

    @Test
    void aBatchThatBeginsAfterThePauseDispatchesNothing() {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));
        fixture.pause(run);

        BatchResult result = worker.dispatch(run, 0, 1);

        assertThat(result.notStarted()).containsExactly(0, 1);
        assertThat(agent.starts).isEmpty();
        assertThat(fixture.state(run, 0).attempt()).isZero();
    }

    private long committed(RunKey run) {
        return IntStream.range(0, 3)
                .filter(task -> fixture.state(run, task).status() == TaskStatus.DISPATCHED
                        || fixture.state(run, task).status() == TaskStatus.RUNNING)
                .count();
    }
}
