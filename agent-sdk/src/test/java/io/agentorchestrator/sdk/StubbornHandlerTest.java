package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.millis;
import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that ignore that they were stopped. */
@Timeout(60)
class StubbornHandlerTest {
    private static final int SLOTS = 2;

    private final TestAgent agent = new TestAgent(SLOTS);
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

    @Test
    void givesTheSlotBackAfterATimeoutThatTheHandlerIgnores() {
        timeOutInEverySlot();

        assertThat(agent.table().activeTasks()).isZero();
        assertThat(agent.running()).as("they still run").isEqualTo(SLOTS);
        worker.start(task(ref(1), "echo"));
        worker.await(MessageCase.ACCEPTED);
        worker.await(MessageCase.RESULT);
    }

    @Test
    void givesTheSlotBackAfterACancellationThatTheHandlerIgnores() {
        TaskRef ref = ref(1);
        worker.start(task(ref, "stubborn"));
        worker.await(MessageCase.ACCEPTED);

        worker.cancel(ref, "enough");

        assertThat(worker.await(MessageCase.ERROR).getError().getCode()).isEqualTo("CANCELLED");
        assertThat(agent.table().activeTasks()).isZero();
    }

    @Test
    void givesUpNoMoreHandlersThanItHasSlots() {
        timeOutInEverySlot();

        timeOutInEverySlot();

        assertThat(agent.table().activeTasks()).isEqualTo(SLOTS);
        worker.start(task(ref(1), "echo"));
        assertThat(worker.await(MessageCase.REFUSED).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_FULL);

        agent.letGo();
        await().until(() -> agent.running() == 0 && agent.table().activeTasks() == 0);
        worker.start(task(ref(1), "echo"));
        worker.await(MessageCase.ACCEPTED);
    }

    @Test
    void countsNoSlotTwiceWhenTheHandlerEndsAtLast() {
        timeOutInEverySlot();
        worker.start(task(ref(1), "wait"));
        worker.await(MessageCase.ACCEPTED);
        assertThat(agent.table().activeTasks()).isEqualTo(1);

        agent.letGo();

        worker.await(MessageCase.RESULT);
        await().until(() -> agent.running() == 0);
        await().during(Duration.ofMillis(300)).until(() -> agent.table().activeTasks() == 0);
    }

    @Test
    void doesNotRunATaskAgainWhileItsHandlerThatWasGivenUpStillRuns() {
        String id = ref(1).getTaskId();
        timeOut(ref(id, 1));

        worker.start(task(ref(id, 2), "stubborn"));

        worker.await(MessageCase.ACCEPTED);
        assertThat(agent.table().activeTasks()).as("a slot of its own").isEqualTo(1);
        assertThat(agent.executions()).isEqualTo(1);
        agent.letGo();
        assertThat(worker.await(MessageCase.RESULT).getResult().getRef().getEpoch())
                .isEqualTo(2);
        assertThat(agent.mostAtOnce()).isEqualTo(1);
    }

    private void timeOutInEverySlot() {
        for (int slot = 1; slot <= SLOTS; slot++) {
            worker.start(task(ref(1), "stubborn").setTimeout(millis(100)));
            worker.await(MessageCase.ACCEPTED);
        }
        for (int slot = 1; slot <= SLOTS; slot++) {
            assertTimedOut();
        }
    }

    private void timeOut(TaskRef ref) {
        worker.start(task(ref, "stubborn").setTimeout(millis(100)));
        worker.await(MessageCase.ACCEPTED);
        assertTimedOut();
    }

    private void assertTimedOut() {
        Error error = worker.await(MessageCase.ERROR).getError();
        assertThat(error.getCode()).isEqualTo("TIMEOUT");
        assertThat(error.getRetryable()).isTrue();
    }
}
