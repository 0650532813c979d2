package io.agentorchestrator.cli.chaos;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request of a client.
 *
 * @param key by which it is repeated until it is acknowledged
 * @param dueMillis when it is sent, from the start of the chaos
 * @param onFailure of a DAG
 */
record Submission(
        String key, Kind kind, long dueMillis, @Nullable String onFailure, List<PlannedTask> tasks) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    enum Kind {
        TASK("/v1/tasks"),
        BATCH("/v1/tasks/batch"),
        DAG("/v1/dags");

        private final String path;

        Kind(String path) {
            this.path = path;
        }

        String path() {
            return path;
        }
    }

    /**
     * A task of the request.
     *
     * @param parents by their place in this request, all before this one
     * @param earlier how many submissions before this one of the same client is that whose last task it depends on too
     */
    record PlannedTask(
            String taskType,
            ObjectNode payload,
            String timeout,
            List<Integer> parents,
            @Nullable Integer earlier) {
        boolean hasEffect() {
            return payload.path("effect").asBoolean(false);
        }

        long sleepMillis() {
            return payload.path("sleep_ms").asLong(0);
        }
    }

    static String taskKey(int place) {
        return "t" + place;
    }

    /**
     * The request's body.
     *
     * @param outside the ids that the tasks depend on outside this request, in the order of the tasks; null for none
     */
    ObjectNode body(String label, List<@Nullable String> outside) {
        ArrayNode nodes = JSON.arrayNode();
        for (int i = 0; i < tasks.size(); i++) {
            nodes.add(node(i, label, outside.get(i)));
        }
        return switch (kind) {
            case TASK -> (ObjectNode) nodes.get(0);
            case BATCH -> {
                ObjectNode batch = JSON.objectNode();
                batch.set("tasks", nodes);
                yield batch;
            }
            case DAG -> {
                ObjectNode dag = JSON.objectNode();
                dag.put("name", key);
                dag.put("on_failure", onFailure);
                dag.set("tasks", nodes);
                yield dag;
            }
        };
    }

    private ObjectNode node(int place, String label, @Nullable String outside) {
        PlannedTask task = tasks.get(place);
        ObjectNode node = JSON.objectNode();
        node.put("task_type", task.taskType());
        node.set("payload", task.payload());
        node.put("timeout", task.timeout());
        node.putObject("labels").put("chaos", label);
        node.putObject("retry")
                .put("max_attempts", Workload.MAX_ATTEMPTS)
                .put("initial_interval", "PT0.2S")
                .put("max_interval", "PT5S");
        if (outside != null) {
            node.putArray("dependencies").add(outside);
        }
        if (kind != Kind.TASK) {
            node.put("key", taskKey(place));
            ArrayNode dependsOn = node.putArray("depends_on");
            task.parents().forEach(parent -> dependsOn.add(taskKey(parent)));
        }
        return node;
    }

    /** The ids that the answer gives the tasks, in their order. */
    List<String> ids(JsonNode answer) {
        return switch (kind) {
            case TASK -> List.of(answer.path("task_id").stringValue());
            case BATCH ->
                answer.path("task_ids").valueStream().map(JsonNode::stringValue).toList();
            case DAG -> {
                JsonNode byKey = answer.path("tasks");
                yield java.util.stream.IntStream.range(0, tasks.size())
                        .mapToObj(place -> byKey.path(taskKey(place)).stringValue())
                        .toList();
            }
        };
    }
}
