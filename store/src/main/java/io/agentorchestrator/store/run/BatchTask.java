package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task of a batch as dispatch needs it: where it is, and what the agent must be given.
 *
 * @param attempt the last attempt that began, 0 if none has
 * @param epoch the last dispatch, 0 if there was none
 * @param agentId of the last dispatch
 * @param payload JSON as submitted, templates unresolved
 * @param errorCode of the last attempt, where it failed
 * @param retryable what the agent said of the last attempt, where it failed
 * @param key in its DAG or batch
 * @param deadline by when it has to complete
 * @param workerId who watches it, where it is at an agent
 * @param attemptEpochs dispatches of the attempt that is under way; 0 if none is
 * @param releasedFor since it left the backlog, as of when it was read
 * @param runningFor since its agent accepted it, as of when it was read; zero where none has
 * @param isLimited whether a limit counts it: what an agent began of it counts
 * @param reported what the agent of the last dispatch has reported to have used, while it is there
 * @param selector the agents that it may go to ({@link TaskSelector#parse}); null: any
 * @param preemption what decides whether it may be stopped for another task, or another for it
 * @param allowance what it may use; null where no budget binds it
 */
public record BatchTask(
        UUID taskId,
        int index,
        String tenant,
        @Nullable UUID dagId,
        @Nullable String key,
        String taskType,
        Priority priority,
        double complexity,
        TaskStatus status,
        int attempt,
        int epoch,
        @Nullable String agentId,
        @Nullable Instant queuedAt,
        @Nullable Instant startedAt,
        Instant createdAt,
        String payload,
        boolean hasTemplates,
        Duration timeout,
        @Nullable String traceparent,
        @Nullable String tracestate,
        @Nullable String errorCode,
        boolean retryable,
        @Nullable StoredCheckpoint checkpoint,
        @Nullable Instant deadline,
        @Nullable String workerId,
        int attemptEpochs,
        Duration releasedFor,
        Duration runningFor,
        boolean isLimited,
        Usage reported,
        @Nullable String selector,
        PreemptionFacts preemption,
        @Nullable Allowance allowance) {

    /** The name of the line that it waits in. */
    public String selectorKey() {
        return selector == null
                ? TaskSelector.NO_KEY
                : TaskSelector.parse(selector).key(taskType);
    }

    /** Where it is, without what its agent must be given. */
    public BatchState state() {
        return new BatchState(status, attempt, epoch, errorCode, retryable, deadline, workerId, false, priority);
    }

    /** Tells whether an agent of this cost factor, USD an hour, may have it. */
    public boolean mayCost(double costFactor) {
        return costFactor <= maxCostFactor();
    }

    /** USD an hour that its agent may cost; infinite where nothing limits it. */
    public double maxCostFactor() {
        Double most = allowance == null ? null : allowance.maxCostFactor();
        return most == null ? Double.POSITIVE_INFINITY : most;
    }

    /** The same task, once it has left the backlog. */
    public BatchTask released(Instant readyAt) {
        return with(
                priority,
                deadline,
                TaskStatus.RELEASED,
                readyAt,
                Duration.ZERO,
                Duration.ZERO,
                Usage.NONE,
                preemption.queuedAnew());
    }

    /** The same task, with what somebody has changed of it. */
    public BatchTask changed(Priority newPriority, @Nullable Instant newDeadline) {
        return with(newPriority, newDeadline, status, queuedAt, releasedFor, runningFor, reported, preemption);
    }

    private BatchTask with(
            Priority newPriority,
            @Nullable Instant newDeadline,
            TaskStatus newStatus,
            @Nullable Instant newQueuedAt,
            Duration newReleasedFor,
            Duration newRunningFor,
            Usage newReported,
            PreemptionFacts newPreemption) {
        return new BatchTask(
                taskId,
                index,
                tenant,
                dagId,
                key,
                taskType,
                newPriority,
                complexity,
                newStatus,
                attempt,
                epoch,
                agentId,
                newQueuedAt,
                startedAt,
                createdAt,
                payload,
                hasTemplates,
                timeout,
                traceparent,
                tracestate,
                errorCode,
                retryable,
                checkpoint,
                newDeadline,
                workerId,
                attemptEpochs,
                newReleasedFor,
                newRunningFor,
                isLimited,
                newReported,
                selector,
                newPreemption,
                allowance);
    }
}
