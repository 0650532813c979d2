package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.failure.TimeoutFailure;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a heartbeat's answer says of the run. */
class BatchHeartbeatIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");
    private RunKey run = new RunKey(new UUID(0, 0), 1);

    @BeforeEach
    void release() {
        fixture.agent("one", 4).works();
        run = fixture.dag("{}", Node.of("a"));
        fixture.release(run, 0);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void reportsTheRunWhoseActivityTemporalNoLongerKnows() {
        assertThatThrownBy(() -> beat(new ActivityNotExistsException(new IllegalStateException("not found"))))
                .isInstanceOf(ActivityNotExistsException.class);

        assertThat(fixture.gone).containsExactly(run);
        Awaitility.await().until(() -> fixture.state(run, 0).status() == TaskStatus.RUNNING);
    }

    @Test
    void reportsTheRunWhoseBatchSomebodyCancelled() {
        assertThatThrownBy(() -> beat(new ActivityCanceledException())).isInstanceOf(ActivityCanceledException.class);

        assertThat(fixture.gone).containsExactly(run);
    }

    @Test
    void concludesNothingWhenTemporalIsSilentOrTheWorkerStops() {
        TimeoutFailure silence = new TimeoutFailure(null, null, TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
        assertThatThrownBy(() -> beat(new ActivityCanceledException(null, silence)))
                .isInstanceOf(ActivityCanceledException.class);
        assertThatThrownBy(() -> beat(new ActivityWorkerShutdownException()))
                .isInstanceOf(ActivityWorkerShutdownException.class);

        assertThat(fixture.gone).isEmpty();
    }

    private void beat(RuntimeException answer) {
        worker.batch(
                run,
                () -> {
                    throw answer;
                },
                0);
    }
}
