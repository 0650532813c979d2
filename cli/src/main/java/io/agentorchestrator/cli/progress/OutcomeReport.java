package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.VisibleText;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What is printed when a run has ended: each task, what came out, where to look. */
public final class OutcomeReport {
    /** Of a larger run, tasks that did not complete come first and the rest is counted. */
    public static final int MAX_TASKS = 100;

    private static final int MAX_VALUE_COLUMNS = 500;
    private static final int MAX_MESSAGE_COLUMNS = 300;

    private final Clock clock;

    /** @param clock stands in for an end that is not known */
    public OutcomeReport(Clock clock) {
        this.clock = clock;
    }

    /** The lines. */
    public List<String> lines(RunView run, String runUrl) {
        List<String> lines = new ArrayList<>();
        List<TaskView> shown = shown(run);
        int width = shown.stream()
                .mapToInt(task -> DisplayWidth.of(VisibleText.of(task.key())))
                .max()
                .orElse(0);
        shown.forEach(task -> lines.add(line(task, width)));
        if (shown.size() < run.tasks().size()) {
            lines.add("… and " + (run.tasks().size() - shown.size()) + " more tasks: " + Words.of(run.counts()));
        }
        lines.add("");
        lines.add("%s %s in %s".formatted(run.name(), run.status(), Words.of(run.lasted(clock.instant()))));
        List<TaskView> last = run.lastTasks();
        last.stream().limit(MAX_TASKS).forEach(task -> lines.addAll(results(task, last.size() > 1)));
        if (run.workflowUrl() != null) {
            lines.add("Temporal: " + run.workflowUrl());
        }
        lines.add("REST:     " + runUrl);
        return lines;
    }

    private static List<TaskView> shown(RunView run) {
        if (run.tasks().size() <= MAX_TASKS) {
            return run.tasks();
        }
        return run.tasks().stream()
                .filter(task -> !task.status().equals("COMPLETED"))
                .limit(MAX_TASKS)
                .toList();
    }

    private String line(TaskView task, int width) {
        String line = String.format(
                Locale.ROOT,
                "%s  %-9s  %10s  %s",
                DisplayWidth.pad(VisibleText.of(task.key()), width),
                task.status(),
                Words.of(task.ran(clock.instant())),
                task.attempt() == 1 ? "1 attempt" : task.attempt() + " attempts");
        return task.errorCode() == null
                ? line
                : line + "  " + task.errorCode() + ": " + cut(String.valueOf(task.errorMessage()), MAX_MESSAGE_COLUMNS);
    }

    /** The plain values at the top of a last task's result, such as the path of a report. */
    private static List<String> results(TaskView task, boolean withKey) {
        List<String> lines = new ArrayList<>();
        if (task.result() != null && task.result().isObject()) {
            for (Map.Entry<String, JsonNode> field : task.result().properties()) {
                if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                    String value = cut(field.getValue().asString(), MAX_VALUE_COLUMNS);
                    lines.add((withKey ? task.key() + "." : "") + field.getKey() + ": " + value);
                }
            }
        }
        return lines;
    }

    private static String cut(String text, int columns) {
        return DisplayWidth.cut(VisibleText.of(text), columns);
    }
}
