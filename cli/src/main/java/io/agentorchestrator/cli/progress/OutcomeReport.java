package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.text.VisibleText;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The report of a run, printed mostly at its end: each task, why it failed or what it waits for, what came out, where to look.
 *
 * @param clock stands in for an end that is not known
 * @param columns of the terminal, at which a task's line is broken; what is no terminal has as many as one likes
 */
public record OutcomeReport(Clock clock, int columns) {
    /** Of a larger run, tasks that did not complete come first and the rest is counted. */
    public static final int MAX_TASKS = 100;

    private static final int MAX_VALUE_COLUMNS = 500;
    private static final int MAX_MESSAGE_COLUMNS = 300;
    private static final int STATUS_COLUMNS = 9;
    /** Status, duration and attempts, with the gaps before them. */
    private static final int FACTS_COLUMNS = 35;
    /** The column of keys on a terminal that is narrower still; longer keys reach beyond it. */
    private static final int MIN_KEY = 8;

    private static final String GAP = "  ";
    private static final int MAX_PATH = 20;

    /** The lines. */
    public List<String> lines(RunView run, String runUrl) {
        List<String> lines = new ArrayList<>();
        List<ShownTask> shown = shown(run);
        int width = Math.min(ShownTask.keyColumns(shown), Math.max(MIN_KEY, columns - FACTS_COLUMNS));
        shown.forEach(task -> lines.addAll(lines(task, width)));
        if (shown.size() < run.tasks().size()) {
            lines.add("… and " + (run.tasks().size() - shown.size()) + " more tasks: " + Words.of(run.counts()));
        }
        lines.add("");
        lines.add(run.summary(clock.instant()));
        lines.addAll(forecast(run.told()));
        String used = Words.of(run.told().usage());
        if (!used.isEmpty()) {
            lines.add("Used:     " + used);
        }
        List<ShownTask> last = run.lastTasks();
        last.stream().limit(MAX_TASKS).forEach(task -> lines.addAll(results(task)));
        String workflowUrl = run.told().workflow().url();
        if (!workflowUrl.isEmpty()) {
            lines.add("Temporal: " + workflowUrl);
        }
        lines.add("REST:     " + runUrl);
        return lines;
    }

    /** Tells what is to come, of a DAG: when it ends, along which path, and whether that is too late. */
    private static List<String> forecast(Answers.Dag dag) {
        List<String> lines = new ArrayList<>();
        if (dag.predictedFinish() != null) {
            lines.add("Finish:   %s expected, between %s and %s"
                    .formatted(
                            dag.predictedFinish().at(),
                            dag.predictedFinish().earliest(),
                            dag.predictedFinish().latest()));
        }
        if (dag.noPrediction() != null) {
            lines.add("Finish:   not predicted: " + VisibleText.of(dag.noPrediction()));
        }
        String late = Words.of(dag.deadlineAtRisk());
        if (!late.isEmpty()) {
            lines.add("Deadline: " + late);
        }
        if (dag.criticalPath().size() > 1) {
            lines.add("Path:     %s (%.1f s)"
                    .formatted(
                            DisplayWidth.cut(
                                    VisibleText.of(dag.criticalPath().stream()
                                                    .limit(MAX_PATH)
                                                    .collect(Collectors.joining(" → "))
                                            + (dag.criticalPath().size() > MAX_PATH ? " → …" : "")),
                                    MAX_VALUE_COLUMNS),
                            dag.criticalPathSeconds().doubleValue()));
        }
        return lines;
    }

    private static List<ShownTask> shown(RunView run) {
        if (run.tasks().size() <= MAX_TASKS) {
            return run.tasks();
        }
        return run.tasks().stream()
                .filter(task -> !task.status().equals("COMPLETED"))
                .limit(MAX_TASKS)
                .toList();
    }

    /** A line, or several where the terminal is too narrow for it. */
    private List<String> lines(ShownTask task, int keyWidth) {
        String agentId = task.told().agentId();
        List<String> facts = List.of(
                DisplayWidth.pad(task.status(), STATUS_COLUMNS),
                String.format(Locale.ROOT, "%10s", Words.of(task.ran(clock.instant()))),
                task.told().attempt() == 1 ? "1 attempt" : task.told().attempt() + " attempts",
                task.status().equals("RUNNING") && agentId != null ? "at " + VisibleText.of(agentId) : "",
                DisplayWidth.cut(VisibleText.of(task.progress()), MAX_MESSAGE_COLUMNS),
                Words.of(task.told().usage()),
                DisplayWidth.cut(VisibleText.of(task.explanation()), MAX_MESSAGE_COLUMNS));

        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(DisplayWidth.pad(VisibleText.of(task.key()), keyWidth));
        for (String fact : facts) {
            if (fact.isEmpty()) {
                continue;
            }
            String needed = line + GAP + fact;
            if (DisplayWidth.of(needed.stripTrailing()) > columns) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
                fact = fact.strip();
            }
            line.append(GAP).append(fact);
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    /** The plain values at the top of a last task's result, such as the path of a report. */
    private static List<String> results(ShownTask task) {
        String prefix = task.key().equals(task.told().taskId()) ? "" : task.key() + ".";
        List<String> lines = new ArrayList<>();
        JsonNode result = task.told().result();
        if (result != null) {
            for (Map.Entry<String, JsonNode> field : result.properties()) {
                if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                    String value =
                            DisplayWidth.cut(VisibleText.of(field.getValue().asString()), MAX_VALUE_COLUMNS);
                    lines.add(prefix + field.getKey() + ": " + value);
                }
            }
        }
        return lines;
    }
}
