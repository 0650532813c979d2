package io.agentorchestrator.store.reading;

import io.agentorchestrator.workflows.model.RunStatus;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which DAGs of a tenant to list, newest first.
 *
 * @param statuses any of these, as {@link DagFacts#status()} answers; empty: all
 * @param labels a JSON object; a DAG has all of its labels
 * @param before only DAGs older than this one: where the page before ended
 */
public record DagQuery(
        String tenant,
        Set<RunStatus> statuses,
        @Nullable String name,
        String labels,
        @Nullable UUID before,
        int limit) {
    public DagQuery {
        statuses = Set.copyOf(statuses);
    }
}
