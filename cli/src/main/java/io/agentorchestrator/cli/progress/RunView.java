package io.agentorchestrator.cli.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A run of a DAG, as the API shows it. */
public record RunView(
        String dagId,
        String name,
        String status,
        @Nullable String workflowUrl,
        @Nullable Instant createdAt,
        @Nullable Instant endedAt,
        List<TaskView> tasks) {
    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    /** Copies the list. */
    public RunView {
        tasks = List.copyOf(tasks);
    }

    /** Reads what {@code GET /v1/dags/{dag_id}} answered. */
    public static RunView of(JsonNode dag) {
        JsonNode url = dag.path("workflow").path("url");
        return new RunView(
                dag.path("dag_id").asString(""),
                dag.path("name").asString("DAG"),
                dag.path("status").asString("PENDING"),
                url.isString() ? url.asString() : null,
                TaskView.instant(dag.path("created_at")),
                TaskView.instant(dag.path("ended_at")),
                dag.path("tasks").valueStream().map(TaskView::of).toList());
    }

    /** Whether it will not change any more. */
    public boolean ended() {
        return ENDED.contains(status);
    }

    /** Whether everything went well. */
    public boolean completed() {
        return status.equals("COMPLETED");
    }

    /** How many tasks have ended. */
    public long endedTasks() {
        return tasks.stream().filter(TaskView::ended).count();
    }

    /** How many tasks stand where, in the order of a task's way. */
    public Map<String, Long> counts() {
        Map<String, Long> found =
                tasks.stream().collect(Collectors.groupingBy(TaskView::status, Collectors.counting()));
        Map<String, Long> ordered = new LinkedHashMap<>();
        for (String status : List.of("COMPLETED", "RUNNING", "QUEUED", "WAITING", "PENDING", "FAILED", "CANCELLED")) {
            Long count = found.remove(status);
            if (count != null) {
                ordered.put(status, count);
            }
        }
        ordered.putAll(found);
        return ordered;
    }

    /** Tasks on which no other depends: what the run was for. */
    public List<TaskView> lastTasks() {
        Set<String> parents =
                tasks.stream().flatMap(task -> task.dependsOn().stream()).collect(Collectors.toSet());
        return tasks.stream().filter(task -> !parents.contains(task.key())).toList();
    }

    /** How long it has lasted, or did. */
    public Duration lasted(Instant now) {
        if (createdAt == null) {
            return Duration.ZERO;
        }
        Duration lasted = Duration.between(createdAt, endedAt == null ? now : endedAt);
        return lasted.isNegative() ? Duration.ZERO : lasted;
    }
}
