package io.agentorchestrator.store.reading;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks of a tenant to list, newest first.
 *
 * @param statuses any of these; empty: all
 * @param agentId those whose last dispatch was to this agent, and those of which it had an attempt
 * @param labels a JSON object; a task has all of its labels
 * @param before only tasks older than this one: where the page before ended
 */
public record TaskQuery(
        String tenant,
        Set<TaskStatus> statuses,
        @Nullable String taskType,
        @Nullable Priority priority,
        @Nullable UUID dagId,
        @Nullable String agentId,
        String labels,
        @Nullable UUID before,
        int limit) {
    public TaskQuery {
        statuses = Set.copyOf(statuses);
    }
}
