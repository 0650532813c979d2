package io.agentorchestrator.api.task;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.api.task.ReportViews.CostView;
import io.agentorchestrator.api.task.ReportViews.PlacementView;
import io.agentorchestrator.api.task.ReportViews.ProgressView;
import io.agentorchestrator.api.task.ReportViews.UsageView;
import io.agentorchestrator.api.waiting.WaitingView;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.store.reading.AttemptFacts;
import io.agentorchestrator.store.reading.TaskDetail;
import io.agentorchestrator.store.reading.TaskFacts;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task, as submitted and as it stands. In lists without what is large: payload, result, attempts, depends_on, dependencies; and without what it waits for. */
@Schema(name = "Task")
record TaskView(
        UUID taskId,
        @Nullable UUID dagId,

        @Schema(description = "Its name in its DAG or batch.") @Nullable String key,

        String taskType,
        TaskStatus status,
        Priority priority,
        double estimatedComplexity,
        @Schema(type = "string", example = "PT10M") Duration timeout,
        RetryView retry,
        @JsonRawValue @Schema(type = "object") String labels,
        @JsonRawValue @Schema(type = "object") @Nullable String payload,
        @Nullable List<String> dependsOn,

        @Schema(description = "Tasks submitted earlier that have to complete first.") @Nullable List<UUID> dependencies,

        @Schema(description = "The last attempt that began; 0 before the first.")
        int attempt,

        @Schema(description = "The agent of the last dispatch.") @Nullable String agentId,

        @Nullable List<AttemptView> attempts,

        @JsonRawValue @Schema(type = "object", description = "Any JSON value.") @Nullable String result,

        @Nullable ErrorView error,
        @Nullable WaitingView waiting,
        @Nullable PlacementView placement,
        @Nullable ProgressView progress,
        @Nullable CheckpointView checkpoint,
        @Nullable CostView cost,

        @Schema(description = "Of all attempts, the one under way included and those whose outcome came too late.")
        @Nullable UsageView usage,

        @Schema(description = "When the task as a whole has to have ended.") @Nullable Instant deadline,

        @Schema(description = "Of the dead letter that the task is, or was before it was reprocessed.") @Nullable String deadLetterEntryId,

        @Schema(description = "The task that failed, of which this one was made.") @Nullable UUID reprocessedFrom,

        @Schema(description = "The task that was made of this one.") @Nullable UUID reprocessedAs,

        @Schema(description = "Absent while the task has not been released.") @Nullable WorkflowView workflow,

        Instant createdAt,

        @Schema(
                description =
                        "Of a DAG's task: when the run that it is in was asked for, or took over from one that was lost; not in lists.")
        @Nullable Instant runCreatedAt,

        @Nullable Instant queuedAt,

        @Schema(description = "Of its first attempt since it last had to run again.") @Nullable Instant startedAt,

        @Nullable Instant endedAt) {

    static TaskView summary(TaskFacts task, @Nullable WorkflowView workflow) {
        return of(task, null, null, workflow);
    }

    static TaskView detail(TaskDetail task, @Nullable WaitingView waiting, @Nullable WorkflowView workflow) {
        return of(task.facts(), task, waiting, workflow);
    }

    private static TaskView of(
            TaskFacts task,
            @Nullable TaskDetail detail,
            @Nullable WaitingView waiting,
            @Nullable WorkflowView workflow) {
        return new TaskView(
                task.taskId(),
                task.dagId(),
                task.key(),
                task.taskType(),
                task.status().published(),
                task.priority(),
                task.estimatedComplexity(),
                task.timeout(),
                RetryView.of(task.retry()),
                task.labels(),
                detail == null ? null : detail.payload(),
                detail == null || task.dagId() == null ? null : detail.dependsOn(),
                detail == null ? null : detail.dependencies(),
                task.attempt(),
                task.agentId(),
                detail == null
                        ? null
                        : detail.attempts().stream().map(AttemptView::of).toList(),
                detail == null ? null : detail.result(),
                ErrorView.of(task),
                waiting,
                PlacementView.of(task.placement()),
                detail == null ? null : ProgressView.of(detail.progress()),
                detail == null ? null : CheckpointView.of(detail),
                detail == null ? null : CostView.of(detail.usage()),
                detail == null ? null : UsageView.of(detail.usage()),
                task.deadline(),
                detail == null ? null : detail.deadLetterEntryId(),
                detail == null ? null : detail.reprocessedFrom(),
                detail == null ? null : detail.reprocessedAs(),
                workflow,
                task.createdAt(),
                detail == null ? null : detail.runCreatedAt(),
                task.queuedAt(),
                task.startedAt(),
                task.endedAt());
    }

    @Schema(name = "Retry")
    record RetryView(
            int maxAttempts,
            @Schema(type = "string", example = "PT1S") Duration initialInterval,
            double backoffCoefficient,
            @Schema(type = "string", example = "PT1M") Duration maxInterval,
            List<String> nonRetryableCodes) {
        static RetryView of(RetryPolicy retry) {
            return new RetryView(
                    retry.maxAttempts(),
                    retry.initialInterval(),
                    retry.backoffCoefficient(),
                    retry.maxInterval(),
                    retry.nonRetryableCodes());
        }
    }

    @Schema(name = "Attempt")
    record AttemptView(
            int number,
            @Nullable String agentId,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,

            @Schema(
                    allowableValues = {"COMPLETED", "FAILED", "CANCELLED"},
                    description = "Absent while it runs.")
            @Nullable String outcome,

            @Nullable ErrorView error,
            @Nullable PlacementView placement,

            @Schema(description = "So far, while it runs.") UsageView usage) {
        static AttemptView of(AttemptFacts attempt) {
            return new AttemptView(
                    attempt.number(),
                    attempt.agentId(),
                    attempt.startedAt(),
                    attempt.endedAt(),
                    attempt.outcome(),
                    ErrorView.of(attempt.errorCode(), attempt.errorMessage()),
                    PlacementView.of(attempt.placement()),
                    UsageView.of(attempt.usage()));
        }
    }

    @Schema(name = "Checkpoint")
    record CheckpointView(Instant at, long sequence) {
        static @Nullable CheckpointView of(TaskDetail task) {
            TaskDetail.CheckpointFacts checkpoint = task.checkpoint();
            return checkpoint == null ? null : new CheckpointView(checkpoint.at(), checkpoint.sequence());
        }
    }
}
