package io.agentorchestrator.store.submission;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task as accepted: validated, with every default filled in.
 *
 * @param key unique in its DAG or batch, if it has one
 * @param payload a JSON object
 * @param hasTemplates whether the payload refers to inputs or to results of other tasks
 * @param estimatedComplexity more than 0
 * @param labels a JSON object of strings
 * @param dependencies tasks submitted before, of the same tenant, that have to complete first; repetitions are dropped
 * @param preemptible whether it may be stopped for a task of higher priority
 * @param deadline by when it has to complete; that of its DAG counts as well, whichever is earlier
 */
public record NewTask(
        UUID taskId,
        @Nullable String key,
        String taskType,
        String payload,
        boolean hasTemplates,
        Priority priority,
        double estimatedComplexity,
        Duration timeout,
        RetryPolicy retry,
        String labels,
        List<UUID> dependencies,
        boolean preemptible,
        @Nullable Instant deadline) {
    public NewTask {
        dependencies = List.copyOf(new LinkedHashSet<>(dependencies));
    }
}
