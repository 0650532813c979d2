package io.agentorchestrator.api.submission;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A DAG as submitted; each of its fields is valid in itself.
 *
 * @param priority of tasks that have none themselves
 * @param inputs an object
 * @param deadline of tasks that have none themselves, or a later one
 * @param budget of all of them together
 */
public record DagSpec(
        String name,
        OnFailure onFailure,
        Priority priority,
        SortedMap<String, String> labels,
        JsonNode inputs,
        @Nullable Instant deadline,
        BudgetFields budget,
        List<DagTaskSpec> tasks) {
    public DagSpec {
        tasks = List.copyOf(tasks);
    }

    /** The fields of each of its tasks. */
    public List<TaskFields> fields() {
        return tasks.stream().map(DagTaskSpec::fields).toList();
    }

    /**
     * A task of a DAG, with the DAG's defaults.
     *
     * @param node its name in the graph: its key, or a stand-in that no key looks like
     * @param key absent only in batches
     * @param pointer where it stands in the request
     */
    public record DagTaskSpec(
            String node, @Nullable String key, List<String> dependsOn, TaskFields fields, String pointer) {
        public DagTaskSpec {
            dependsOn = List.copyOf(dependsOn);
        }
    }
}
