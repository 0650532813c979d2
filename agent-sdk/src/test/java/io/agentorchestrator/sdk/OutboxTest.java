package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Progress;
import io.agentorchestrator.protocol.v1.TaskRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OutboxTest {
    private final Outbox outbox = new Outbox();
    private final TaskRef one = ref(1);
    private final TaskRef other = ref(1);

    @Test
    void givesMessagesInOrder() throws InterruptedException {
        outbox.offer(Messages.accepted(one));
        outbox.offer(Messages.unknown(other));

        assertThat(outbox.take(() -> true)).isEqualTo(Messages.accepted(one));
        assertThat(outbox.take(() -> true)).isEqualTo(Messages.unknown(other));
    }

    @Test
    void keepsOnlyTheLatestReportOfATaskThatHasNotLeft() throws InterruptedException {
        outbox.offer(progress(one, 0.1));
        outbox.offer(progress(other, 0.2));
        outbox.offer(progress(one, 0.3));
        outbox.close();

        assertThat(outbox.take(() -> true)).isEqualTo(progress(one, 0.3));
        assertThat(outbox.take(() -> true)).isEqualTo(progress(other, 0.2));
        assertThat(outbox.take(() -> true)).isNull();
    }

    @Test
    void saysThatItIsFull() {
        for (int message = 0; message < SdkLimits.OUTBOX_MESSAGES; message++) {
            assertThat(outbox.offer(Messages.accepted(one))).isTrue();
        }

        assertThat(outbox.offer(Messages.accepted(one))).isFalse();
    }

    @Test
    void waitsForTheStreamToBecomeReady() throws InterruptedException {
        boolean[] ready = {false};
        outbox.offer(Messages.accepted(one));
        Thread waking = Thread.ofVirtual().start(() -> {
            synchronized (outbox) {
                ready[0] = true;
                outbox.wake();
            }
        });

        assertThat(outbox.take(() -> ready[0])).isEqualTo(Messages.accepted(one));
        waking.join();
    }

    @Test
    void givesNothingOnceAbandoned() throws InterruptedException {
        outbox.offer(Messages.accepted(one));
        outbox.abandon();

        assertThat(outbox.take(() -> true)).isNull();
        assertThat(outbox.offer(Messages.accepted(one)))
                .as("swallowed, not overflowing")
                .isTrue();
    }

    private static FromAgent progress(TaskRef ref, double fraction) {
        return FromAgent.newBuilder()
                .setProgress(Progress.newBuilder().setRef(ref).setFraction(fraction))
                .build();
    }
}
