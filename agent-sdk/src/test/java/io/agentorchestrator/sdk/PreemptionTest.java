package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.millis;
import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.seconds;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that are to make way for others. */
@Timeout(60)
class PreemptionTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final TestAgent agent = new TestAgent(1, Map.of("polite", this::makeWay, "hasty", task -> {
        throw TaskFailure.preempted();
    }));
    private FakeWorker worker;

    @BeforeEach
    void connect() {
        worker = agent.worker();
    }

    @AfterEach
    void stop() {
        worker.close();
        agent.close();
    }

    private @Nullable Object makeWay(TaskContext task) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        assertThat(task.isPreemptionRequested()).isFalse();
        begun.countDown();
        task.onPreemption(asked::countDown);
        asked.await();
        assertThat(task.preemptionGrace()).isPresent();
        task.checkpoint(new byte[] {7});
        throw TaskFailure.preempted();
    }

    @Test
    void aHandlerSavesItsWorkAndMakesWay() throws InterruptedException {
        TaskRef ref = running("polite");
        begun.await();

        worker.preempt(ref, seconds(30));

        assertThat(worker.await(MessageCase.CHECKPOINT)
                        .getCheckpoint()
                        .getData()
                        .byteAt(0))
                .isEqualTo((byte) 7);
        Error error = worker.await(MessageCase.ERROR).getError();
        assertThat(error.getCode()).isEqualTo("PREEMPTED");
        assertThat(error.getRetryable()).isTrue();
    }

    @Test
    void aHandlerThatTakesNoNoticeIsInterruptedAfterTheGrace() {
        TaskRef ref = running("wait");

        worker.preempt(ref, millis(20));

        assertThat(worker.await(MessageCase.ERROR).getError().getCode()).isEqualTo("PREEMPTED");
        await().until(() -> agent.interrupted() == 1);
    }

    @Test
    void aResultWithinTheGraceCounts() {
        TaskRef ref = running("wait");

        worker.preempt(ref, seconds(30));
        agent.letGo();

        worker.await(MessageCase.RESULT);
    }

    @Test
    void aCancellationWithinTheGraceCancels() {
        TaskRef ref = running("wait");

        worker.preempt(ref, seconds(30));
        worker.cancel(ref, "enough");

        assertThat(worker.await(MessageCase.ERROR).getError().getCode()).isEqualTo("CANCELLED");
    }

    @Test
    void whatIsNotThereIsUnknownAndNeverStartsLater() {
        TaskRef ref = ref(1);
        worker.preempt(ref, seconds(30));
        worker.await(MessageCase.UNKNOWN);

        worker.start(task(ref, "echo"));

        assertThat(worker.await(MessageCase.REFUSED).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_REVOKED);
    }

    @Test
    void aHandlerThatMakesWayUnaskedHasFailed() {
        TaskRef _ = running("hasty");

        assertThat(worker.await(MessageCase.ERROR).getError().getCode()).isEqualTo("AGENT_ERROR");
    }

    private TaskRef running(String type) {
        TaskRef ref = ref(1);
        worker.start(task(ref, type));
        worker.await(MessageCase.ACCEPTED);
        return ref;
    }
}
