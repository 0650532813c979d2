package io.agentorchestrator.api.dag;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.api.task.ErrorView;
import io.agentorchestrator.api.task.ReportViews.CostView;
import io.agentorchestrator.api.task.ReportViews.PlacementView;
import io.agentorchestrator.api.task.ReportViews.ProgressView;
import io.agentorchestrator.api.task.ReportViews.UsageView;
import io.agentorchestrator.api.task.SpendingFacts;
import io.agentorchestrator.api.waiting.WaitingView;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.store.reading.DagDetail;
import io.agentorchestrator.store.reading.DagDetail.DagTask;
import io.agentorchestrator.store.reading.DagFacts;
import io.agentorchestrator.store.reading.TaskFacts;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A DAG's last run with its tasks. */
record DagView(
        UUID dagId,
        String name,
        RunStatus status,
        OnFailure onFailure,
        Priority priority,
        @JsonRawValue String labels,
        @JsonRawValue String inputs,
        int runNumber,
        @Nullable Instant deadline,
        WorkflowView workflow,
        Instant createdAt,
        Instant runCreatedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        Map<TaskStatus, Integer> counts,
        List<String> criticalPath,
        double criticalPathSeconds,
        CostView cost,
        UsageView usage,
        @Nullable BigDecimal costBudget,
        @Nullable Long tokenBudget,
        @Nullable String onBudgetExceeded,
        List<DagTaskView> tasks) {

    static DagView of(DagDetail dag, Map<UUID, WaitingView> waiting, SpendingFacts spending, WorkflowView workflow) {
        DagFacts facts = dag.facts();
        return new DagView(
                facts.dagId(),
                facts.name(),
                facts.status().published(),
                facts.onFailure(),
                facts.priority(),
                facts.labels(),
                dag.inputs(),
                facts.runNumber(),
                facts.deadline(),
                workflow,
                facts.createdAt(),
                facts.runCreatedAt(),
                facts.startedAt(),
                facts.endedAt(),
                counts(dag),
                dag.criticalPath(),
                dag.criticalPathSeconds(),
                CostView.of(dag.usage()),
                UsageView.of(dag.usage()),
                spending.costBudget(),
                spending.tokenBudget(),
                spending.onBudgetExceeded(),
                dag.tasks().stream()
                        .map(task ->
                                DagTaskView.of(task, waiting.get(task.facts().taskId())))
                        .toList());
    }

    private static Map<TaskStatus, Integer> counts(DagDetail dag) {
        Map<TaskStatus, Integer> counts = new EnumMap<>(TaskStatus.class);
        dag.tasks().forEach(task -> counts.merge(task.facts().status().published(), 1, Integer::sum));
        return counts;
    }

    record DagTaskView(
            UUID taskId,
            @Nullable String key,
            String taskType,
            TaskStatus status,
            Priority priority,
            int attempt,
            @Nullable String agentId,
            List<String> dependsOn,
            @JsonRawValue @Nullable String result,
            @Nullable Boolean resultOmitted,
            @Nullable ErrorView error,
            @Nullable WaitingView waiting,
            @Nullable PlacementView placement,
            @Nullable ProgressView progress,
            CostView cost,
            UsageView usage,
            @Nullable Instant deadline,
            Instant createdAt,
            @Nullable Instant queuedAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt) {
        static DagTaskView of(DagTask task, @Nullable WaitingView waiting) {
            TaskFacts facts = task.facts();
            return new DagTaskView(
                    facts.taskId(),
                    facts.key(),
                    facts.taskType(),
                    facts.status().published(),
                    facts.priority(),
                    facts.attempt(),
                    facts.agentId(),
                    task.dependsOn(),
                    task.result(),
                    task.resultOmitted() ? true : null,
                    ErrorView.of(facts),
                    waiting,
                    PlacementView.of(facts.placement()),
                    ProgressView.of(task.progress()),
                    CostView.of(task.usage()),
                    UsageView.of(task.usage()),
                    facts.deadline(),
                    facts.createdAt(),
                    facts.queuedAt(),
                    facts.startedAt(),
                    facts.endedAt());
        }
    }
}
