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
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task, as submitted and as it stands. In lists without what is large: payload, result, attempts, depends_on, dependencies; and without what it waits for. */
record TaskView(
        UUID taskId,
        @Nullable UUID dagId,
        @Nullable String key,
        String taskType,
        TaskStatus status,
        Priority priority,
        double estimatedComplexity,
        Duration timeout,
        RetryView retry,
        @JsonRawValue String labels,
        @JsonRawValue @Nullable String selector,
        @JsonRawValue @Nullable String payload,
        @Nullable List<String> dependsOn,
        @Nullable List<UUID> dependencies,
        int attempt,
        @Nullable String agentId,
        @Nullable List<AttemptView> attempts,
        @JsonRawValue @Nullable String result,
        @Nullable ErrorView error,
        @Nullable WaitingView waiting,
        @Nullable PlacementView placement,
        @Nullable ProgressView progress,
        @Nullable CheckpointView checkpoint,
        @Nullable CostView cost,
        @Nullable UsageView usage,
        @Nullable BigDecimal costBudget,
        @Nullable Long tokenBudget,
        @Nullable String onBudgetExceeded,
        @Nullable Instant deadline,
        boolean preemptible,
        int preemptions,
        @Nullable UUID preemptedFor,
        @Nullable DeadlineRiskView deadlineAtRisk,
        @Nullable String deadLetterEntryId,
        @Nullable UUID reprocessedFrom,
        @Nullable UUID reprocessedAs,
        @Nullable WorkflowView workflow,
        Instant createdAt,
        @Nullable Instant runCreatedAt,
        @Nullable Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    static TaskView summary(TaskFacts task, @Nullable WorkflowView workflow) {
        return of(task, null, null, null, SpendingFacts.of(null, null), workflow);
    }

    static TaskView detail(
            TaskDetail task,
            @Nullable WaitingView waiting,
            @Nullable DeadlineRiskView risk,
            SpendingFacts spending,
            @Nullable WorkflowView workflow) {
        return of(task.facts(), task, waiting, risk, spending, workflow);
    }

    private static TaskView of(
            TaskFacts task,
            @Nullable TaskDetail detail,
            @Nullable WaitingView waiting,
            @Nullable DeadlineRiskView risk,
            SpendingFacts spending,
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
                task.selector(),
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
                detail == null ? null : CostView.of(detail.usage(), spending.estimatedMicroUsd()),
                detail == null ? null : UsageView.of(detail.usage()),
                spending.costBudget(),
                spending.tokenBudget(),
                spending.onBudgetExceeded(),
                task.deadline(),
                task.preemptible(),
                task.preemptions(),
                task.preemptedFor(),
                risk,
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

    record RetryView(
            int maxAttempts,
            Duration initialInterval,
            double backoffCoefficient,
            Duration maxInterval,
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

    record AttemptView(
            int number,
            @Nullable String agentId,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            @Nullable ErrorView error,
            @Nullable PlacementView placement,
            UsageView usage) {
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

    record CheckpointView(Instant at, long sequence) {
        static @Nullable CheckpointView of(TaskDetail task) {
            TaskDetail.CheckpointFacts checkpoint = task.checkpoint();
            return checkpoint == null ? null : new CheckpointView(checkpoint.at(), checkpoint.sequence());
        }
    }
}
