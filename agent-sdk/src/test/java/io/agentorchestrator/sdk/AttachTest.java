package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.millis;
import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Checkpoint;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttachTest {
    private final TestAgent agent = new TestAgent(10, Map.of("fails-after-checkpoint", task -> {
        task.checkpoint(new byte[] {7});
        throw TaskFailure.retryable("BROKEN", "broke on purpose");
    }));

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void aBrokenStreamEndsNoTaskAndWhoeverAttachesGetsTheOutcome() {
        TaskRef ref = ref(1);
        try (FakeWorker first = agent.worker()) {
            first.start(task(ref, "wait"));
            first.await(MessageCase.ACCEPTED);
            first.breakStream();
        }
        agent.letGo();
        await().until(() -> agent.table().activeTasks() == 0);

        try (FakeWorker second = agent.worker()) {
            second.attach(ref);

            assertThat(second.await(MessageCase.RESULT).getResult().getResult().toStringUtf8())
                    .isEqualTo("\"let go\"");
            assertThat(agent.interrupted()).isZero();
        }
    }

    @Test
    void whatFollowsAnAttachGoesToTheNewStreamOnly() {
        TaskRef ref = ref(1);
        try (FakeWorker first = agent.worker();
                FakeWorker second = agent.worker()) {
            first.start(task(ref, "wait"));
            first.await(MessageCase.ACCEPTED);

            second.attach(ref);
            second.await(MessageCase.ACCEPTED);
            agent.letGo();

            second.await(MessageCase.RESULT);
            assertThat(first.heardSoFar()).isEmpty();
        }
    }

    @Test
    void whatFollowsARepeatedStartGoesToTheStreamThatRepeatedIt() {
        TaskRef ref = ref(1);
        try (FakeWorker first = agent.worker();
                FakeWorker second = agent.worker()) {
            first.start(task(ref, "wait"));
            first.await(MessageCase.ACCEPTED);

            second.start(task(ref, "wait"));
            second.await(MessageCase.ACCEPTED);
            agent.letGo();

            second.await(MessageCase.RESULT);
            assertThat(first.heardSoFar()).isEmpty();
            assertThat(agent.executions()).isEqualTo(1);
        }
    }

    @Test
    void attachingToARunningTaskTellsItsLatestReportsAgain() {
        TaskRef ref = ref(1);
        try (FakeWorker first = agent.worker();
                FakeWorker second = agent.worker()) {
            first.start(task(ref, "reports")
                    .setCheckpoint(Checkpoint.newBuilder().setSequence(4).setData(ByteString.copyFromUtf8("old"))));
            first.await(MessageCase.ACCEPTED);
            first.await(MessageCase.PROGRESS);
            first.await(MessageCase.CHECKPOINT);
            first.await(MessageCase.USAGE);

            second.attach(ref);

            second.await(MessageCase.ACCEPTED);
            assertThat(second.await(MessageCase.CHECKPOINT).getCheckpoint().getSequence())
                    .isEqualTo(5);
            assertThat(second.await(MessageCase.PROGRESS).getProgress().getFraction())
                    .isEqualTo(0.25);
            assertThat(second.await(MessageCase.USAGE).getUsage().getCostMicroUsd())
                    .isEqualTo(1_500);
            agent.letGo();
            assertThat(second.await(MessageCase.RESULT).getResult().getUsage().getOutputTokens())
                    .isEqualTo(20);
        }
    }

    @Test
    void anOutcomeComesWithTheCheckpointThatTheNextAttemptNeeds() {
        TaskRef ref = ref(1);
        try (FakeWorker first = agent.worker()) {
            first.start(task(ref, "fails-after-checkpoint"));
            first.await(MessageCase.ACCEPTED);
            first.await(MessageCase.CHECKPOINT);
            first.await(MessageCase.ERROR);
        }
        try (FakeWorker second = agent.worker()) {
            second.attach(ref);

            assertThat(second.await(MessageCase.CHECKPOINT)
                            .getCheckpoint()
                            .getData()
                            .byteAt(0))
                    .isEqualTo((byte) 7);
            assertThat(second.await(MessageCase.ERROR).getError().getCode()).isEqualTo("BROKEN");
        }
    }

    @Test
    void anAcknowledgedOutcomeIsForgotten() {
        TaskRef ref = ref(1);
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref, "echo"));
            worker.await(MessageCase.ACCEPTED);
            worker.await(MessageCase.RESULT);

            worker.acknowledge(ref);
            worker.attach(ref);

            assertThat(worker.await(MessageCase.UNKNOWN).getUnknown().getRef()).isEqualTo(ref);
        }
    }

    @Test
    void anOutcomeThatNobodyAsksForIsForgottenWithItsLease() {
        TaskRef ref = ref(1);
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref, "echo").setLease(millis(300)));
            worker.await(MessageCase.ACCEPTED);
            worker.await(MessageCase.RESULT);

            await().pollInterval(Duration.ofSeconds(1)).until(() -> {
                worker.attach(ref); // asking is contact: the pause between has to be longer than the lease
                return worker.next().hasUnknown();
            });
        }
    }

    @Test
    void acknowledgingARunningTaskChangesNothing() {
        TaskRef ref = ref(1);
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref, "wait"));
            worker.await(MessageCase.ACCEPTED);
            worker.acknowledge(ref);
            agent.letGo();

            worker.await(MessageCase.RESULT);
        }
    }

    @Test
    void aStartThatComesAfterUnknownIsRefused() {
        TaskRef attached = ref(2);
        TaskRef cancelled = ref(2);
        try (FakeWorker asking = agent.worker();
                FakeWorker late = agent.worker()) {
            asking.attach(attached);
            asking.await(MessageCase.UNKNOWN);
            asking.cancel(cancelled, "dispatched elsewhere");
            asking.await(MessageCase.UNKNOWN);

            for (TaskRef revoked : List.of(attached, cancelled, ref(attached.getTaskId(), 1))) {
                late.start(task(revoked, "echo"));
                assertThat(late.await(MessageCase.REFUSED).getRefused().getReason())
                        .isEqualTo(RefusalReason.REFUSAL_REASON_REVOKED);
            }
            assertThat(agent.executions()).isZero();
            late.start(task(ref(attached.getTaskId(), 3), "echo"));
            late.await(MessageCase.ACCEPTED);
            late.await(MessageCase.RESULT);
        }
    }

    @Test
    void aStartThatIsRefusedAfterUnknownStillStopsTheEarlierEpoch() {
        TaskRef running = ref(1);
        TaskRef revoked = ref(running.getTaskId(), 2);
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(running, "wait"));
            worker.await(MessageCase.ACCEPTED);
            worker.attach(revoked);
            worker.await(MessageCase.UNKNOWN);

            worker.start(task(revoked, "wait"));

            worker.await(MessageCase.REFUSED);
            assertThat(worker.await(MessageCase.ERROR).getError().getRef()).isEqualTo(running);
        }
    }
}
