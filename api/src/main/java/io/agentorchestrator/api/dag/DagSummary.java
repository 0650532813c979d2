package io.agentorchestrator.api.dag;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.store.reading.DagFacts;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A DAG in a list. */
record DagSummary(
        UUID dagId,
        String name,
        RunStatus status,
        OnFailure onFailure,
        Priority priority,
        @JsonRawValue String labels,
        int runNumber,
        int taskCount,
        int openCount,
        int failedCount,
        int cancelledCount,
        @Nullable Instant deadline,
        WorkflowView workflow,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    static DagSummary of(DagFacts dag, WorkflowView workflow) {
        return new DagSummary(
                dag.dagId(),
                dag.name(),
                dag.status().published(),
                dag.onFailure(),
                dag.priority(),
                dag.labels(),
                dag.runNumber(),
                dag.taskCount(),
                dag.openCount(),
                dag.failedCount(),
                dag.cancelledCount(),
                dag.deadline(),
                workflow,
                dag.createdAt(),
                dag.startedAt(),
                dag.endedAt());
    }
}
