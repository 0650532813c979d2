package io.agentorchestrator.store.reading;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a DAG that cost little to read; of its runs, the last.
 *
 * @param labels a JSON object of strings
 * @param status PAUSED while a run that has not ended is paused, or else as the store keeps it; clients see {@link RunStatus#published()}
 * @param runCreatedAt when the run was asked for, or took over from one that was lost
 * @param deadline by when its tasks have to complete
 */
public record DagFacts(
        UUID dagId,
        String name,
        OnFailure onFailure,
        Priority priority,
        String labels,
        int runNumber,
        RunStatus status,
        int taskCount,
        int openCount,
        int failedCount,
        int cancelledCount,
        Instant createdAt,
        Instant runCreatedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant deadline) {}
