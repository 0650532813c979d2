package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run of a DAG, as the API shows it.
 *
 * @param runNumber which run of the DAG this is; 0 where the API does not say
 * @param begunAt when it was submitted, or had to run again
 */
public record RunView(
        String name,
        String status,
        int runNumber,
        Answers.@Nullable Workflow workflow,
        @Nullable Instant begunAt,
        @Nullable Instant endedAt,
        Answers.@Nullable Usage usage,
        List<ShownTask> tasks) {
    /** The status of a DAG that starts nothing until it is resumed. */
    public static final String PAUSED = "PAUSED";

    /** Copies the list. */
    public RunView {
        tasks = List.copyOf(tasks);
    }

    /** Reads a DAG's run. */
    public static RunView of(Answers.Dag dag) {
        return new RunView(
                dag.name(),
                dag.status(),
                dag.runNumber(),
                dag.workflow(),
                Words.instant(dag.runCreatedAt().isEmpty() ? dag.createdAt() : dag.runCreatedAt()),
                Words.instant(dag.endedAt()),
                dag.usage(),
                dag.tasks().stream().map(ShownTask::new).toList());
    }

    /** Reads a task, as if it were a run of its own; its name is its key, or its type where it has none. */
    public static RunView ofTask(Answers.Task task) {
        return new RunView(
                Objects.requireNonNullElse(task.key(), task.taskType()),
                task.status(),
                0,
                task.workflow(),
                Words.instant(Objects.requireNonNullElse(task.runCreatedAt(), task.createdAt())),
                Words.instant(task.endedAt()),
                task.usage(),
                List.of(ShownTask.of(task)));
    }

    /** Sums it up in a line, such as {@code nightly COMPLETED in 16 s (run 2)}. */
    String summary(Instant now) {
        String lasted = Words.of(lasted(now));
        return name + " " + status
                + (ended() ? " in " + lasted : ", " + lasted + " so far")
                + (runNumber > 1 ? " (run " + runNumber + ")" : "");
    }

    /** Tells whether it has ended, so that it will not change any more. */
    public boolean ended() {
        return ShownTask.ENDED.contains(status);
    }

    /** Tells whether everything went well. */
    public boolean completed() {
        return status.equals("COMPLETED");
    }

    /** Tells whether it has the status that an event told, in the same run. */
    boolean agreesWith(Answers.@Nullable Event told) {
        return told != null
                && told.status().equals(status)
                && (runNumber == 0 || Objects.requireNonNullElse(told.runNumber(), runNumber) == runNumber);
    }

    /** Tells whether agents report how far tasks are, which no event says. */
    boolean tellsProgress() {
        return tasks.stream().anyMatch(task -> task.told().progress() != null);
    }

    /** Counts the tasks that have ended. */
    public long endedTasks() {
        return tasks.stream().filter(ShownTask::ended).count();
    }

    /** Counts the tasks by status, those furthest on first, failed and cancelled ones last. */
    public Map<String, Long> counts() {
        Map<String, Long> found =
                tasks.stream().collect(Collectors.groupingBy(ShownTask::status, Collectors.counting()));
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

    /** Counts the waiting tasks by reason, the most frequent first. */
    Map<String, Long> waits() {
        Map<String, Long> byReason = new TreeMap<>();
        for (ShownTask task : tasks) {
            if (task.told().waiting() != null) {
                byReason.merge(task.told().waiting().reason().replace('_', ' '), 1L, Long::sum);
            }
        }
        Map<String, Long> ordered = new LinkedHashMap<>();
        byReason.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(each -> ordered.put(each.getKey(), each.getValue()));
        return ordered;
    }

    /** Tasks on which no other depends: what the run was for. */
    public List<ShownTask> lastTasks() {
        Set<String> parents =
                tasks.stream().flatMap(task -> task.told().dependsOn().stream()).collect(Collectors.toSet());
        return tasks.stream().filter(task -> !parents.contains(task.key())).toList();
    }

    /** The time that it took, up to now if it has not ended. */
    public Duration lasted(Instant now) {
        return begunAt == null ? Duration.ZERO : Words.between(begunAt, endedAt, now);
    }
}
