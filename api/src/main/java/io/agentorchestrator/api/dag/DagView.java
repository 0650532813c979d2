package io.agentorchestrator.api.dag;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.api.dag.DagForecast.FinishView;
import io.agentorchestrator.api.dag.DagForecast.OfTask;
import io.agentorchestrator.api.task.DeadlineRiskView;
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
import io.agentorchestrator.workflows.dag.CriticalPath;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
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
        @Nullable DeadlineRiskView deadlineAtRisk,
        @Nullable FinishView predictedFinish,
        @Nullable String noPrediction,
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

    static DagView of(
            DagDetail dag,
            DagForecast forecast,
            Map<UUID, WaitingView> waiting,
            SpendingFacts spending,
            WorkflowView workflow) {
        DagFacts facts = dag.facts();
        CriticalPath critical = forecast.criticalPath();
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
                forecast.risk(),
                forecast.finish(),
                forecast.noPrediction(),
                workflow,
                facts.createdAt(),
                facts.runCreatedAt(),
                facts.startedAt(),
                facts.endedAt(),
                counts(dag),
                critical == null ? dag.criticalPath() : critical.keys(),
                critical == null ? dag.criticalPathSeconds() : critical.seconds(),
                CostView.of(dag.usage()),
                UsageView.of(dag.usage()),
                spending.costBudget(),
                spending.tokenBudget(),
                spending.onBudgetExceeded(),
                tasks(dag, forecast, waiting));
    }

    private static List<DagTaskView> tasks(DagDetail dag, DagForecast forecast, Map<UUID, WaitingView> waiting) {
        List<DagTaskView> views = new ArrayList<>(dag.tasks().size());
        for (DagTask task : dag.tasks()) {
            views.add(DagTaskView.of(
                    task, forecast.of(views.size()), waiting.get(task.facts().taskId())));
        }
        return views;
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
            @Nullable DeadlineRiskView deadlineAtRisk,
            @Nullable Double slackSeconds,
            Instant createdAt,
            @Nullable Instant queuedAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt) {
        static DagTaskView of(DagTask task, OfTask forecast, @Nullable WaitingView waiting) {
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
                    forecast.risk(),
                    forecast.slackSeconds(),
                    facts.createdAt(),
                    facts.queuedAt(),
                    facts.startedAt(),
                    facts.endedAt());
        }
    }
}
