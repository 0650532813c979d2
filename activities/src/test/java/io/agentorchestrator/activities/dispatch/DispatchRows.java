package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of tasks as tests need them. */
final class DispatchRows {
    private DispatchRows() {}

    static BatchTask row(
            UUID id,
            int index,
            String type,
            Priority priority,
            TaskStatus status,
            int attempt,
            int epoch,
            int attemptEpochs,
            @Nullable String agentId,
            @Nullable String workerId,
            @Nullable Instant deadline,
            @Nullable String errorCode,
            PreemptionFacts preemption) {
        return new BatchTask(
                id,
                index,
                "default",
                null,
                null,
                type,
                priority,
                1.0,
                status,
                attempt,
                epoch,
                agentId,
                null,
                null,
                Instant.EPOCH,
                "{}",
                false,
                Duration.ofSeconds(150),
                null,
                null,
                errorCode,
                false,
                null,
                deadline,
                workerId,
                attemptEpochs,
                Duration.ZERO,
                Duration.ZERO,
                false,
                Usage.NONE,
                null,
                preemption,
                null);
    }
}
