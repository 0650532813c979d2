package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.TaskRef;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final long LEASE_NANOS = SdkLimits.REVOKED_FOR.toNanos();

    private final Revocations revocations = new Revocations();
    private final TaskRef ref = ref(5);

    @Test
    void coverTheDispatchAndEarlierOnesOfTheTask() {
        revocations.add(ref, 0);

        assertThat(revocations.cover(ref, 1)).isTrue();
        assertThat(revocations.cover(ref(ref.getTaskId(), 4), 1)).isTrue();
        assertThat(revocations.cover(ref(ref.getTaskId(), 6), 1)).isFalse();
        assertThat(revocations.cover(ref(5), 1)).isFalse();
    }

    @Test
    void keepTheLatestEpoch() {
        revocations.add(ref, 0);
        revocations.add(ref(ref.getTaskId(), 3), 1);

        assertThat(revocations.cover(ref, 2)).isTrue();
    }

    @Test
    void areForgottenAfterALease() {
        revocations.add(ref, 0);
        TaskRef younger = ref(1);
        revocations.add(younger, 10);

        assertThat(revocations.cover(ref, LEASE_NANOS - 1)).isTrue();
        assertThat(revocations.cover(ref, LEASE_NANOS)).isFalse();
        revocations.expire(LEASE_NANOS);
        assertThat(revocations.size()).isEqualTo(1);
        assertThat(revocations.cover(younger, LEASE_NANOS)).isTrue();
    }

    @Test
    void askingAgainStartsTheLeaseAnew() {
        revocations.add(ref, 0);
        revocations.add(ref, LEASE_NANOS / 2);

        revocations.expire(LEASE_NANOS);

        assertThat(revocations.cover(ref, LEASE_NANOS)).isTrue();
    }

    @Test
    void theOldestLeaveFirst() {
        revocations.add(ref, 0);
        TaskRef second = ref(1);
        revocations.add(second, 0);
        for (int more = 2; more <= SdkLimits.REVOKED_DISPATCHES; more++) {
            revocations.add(ref(1), 0);
        }

        assertThat(revocations.size()).isEqualTo(SdkLimits.REVOKED_DISPATCHES);
        assertThat(revocations.cover(ref, 1)).isFalse();
        assertThat(revocations.cover(second, 1)).isTrue();
    }

    @Test
    void remembersNoIdThatIsLongerThanAUuid() {
        revocations.add(ref("x".repeat(37), 1), 0);

        assertThat(revocations.size()).isZero();
    }
}
