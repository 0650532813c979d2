package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.json.LosslessJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run of a DAG, or a task as if it were one.
 *
 * @param told what the API answered of it
 */
public record RunView(String name, Answers.Dag told, List<ShownTask> tasks) {
    /** The status of a DAG that starts nothing until it is resumed. */
    public static final String PAUSED = "PAUSED";

    private static final List<String> BACKWARDS =
            List.of("CANCELLED", "FAILED", "PENDING", "WAITING", "QUEUED", "RUNNING", "COMPLETED");
    private static final Comparator<String> FURTHEST_FIRST =
            Comparator.<String>comparingInt(BACKWARDS::indexOf).reversed().thenComparing(Comparator.naturalOrder());

    /** Copies the list. */
    public RunView {
        tasks = List.copyOf(tasks);
    }

    /** Reads a DAG's run. */
    public static RunView of(Answers.Dag dag) {
        return new RunView(
                dag.name(), dag, dag.tasks().stream().map(ShownTask::new).toList());
    }

    /** Reads a task; its name is its key, or its type where it has none. */
    public static RunView ofTask(Answers.Task task) {
        return new RunView(
                Objects.requireNonNullElse(task.key(), task.taskType()),
                LosslessJson.convert(task, Answers.Dag.class),
                List.of(new ShownTask(LosslessJson.convert(task, Answers.DagTask.class))));
    }

    String status() {
        return told.status();
    }

    /** Sums it up in a line, such as {@code nightly COMPLETED in 16 s (run 2)}. */
    String summary(Instant now) {
        String lasted = Words.of(lasted(now));
        return name + " " + status()
                + (ended() ? " in " + lasted : ", " + lasted + " so far")
                + (told.runNumber() > 1 ? " (run " + told.runNumber() + ")" : "");
    }

    /** The predicted end; null where none is told. */
    @Nullable Instant finish() {
        Answers.PredictedFinish finish = told.predictedFinish();
        return finish == null ? null : Words.instant(finish.at());
    }

    /** Tells whether it has ended, so that it will not change any more. */
    public boolean ended() {
        return ShownTask.ENDED.contains(status());
    }

    /** Tells whether everything went well. */
    public boolean completed() {
        return status().equals("COMPLETED");
    }

    /** Tells whether it has the status that an event told, in the same run. */
    boolean agreesWith(Answers.@Nullable Event event) {
        int run = told.runNumber();
        return event != null
                && event.status().equals(status())
                && (run == 0 || Objects.requireNonNullElse(event.runNumber(), run) == run);
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
        return tasks.stream()
                .collect(Collectors.groupingBy(
                        ShownTask::status, () -> new TreeMap<>(FURTHEST_FIRST), Collectors.counting()));
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
        Instant begun = Words.instant(told.runCreatedAt().isEmpty() ? told.createdAt() : told.runCreatedAt());
        return begun == null ? Duration.ZERO : Words.between(begun, Words.instant(told.endedAt()), now);
    }
}
