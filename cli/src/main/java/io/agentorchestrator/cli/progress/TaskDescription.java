package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.ConsoleTable;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.json.LosslessJson;
import io.agentorchestrator.text.VisibleText;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A task described for people: what it is and how it stands, its attempts, what came out, where to look, and in the end why it failed.
 *
 * @param clock stands in for an end that is not known
 * @param columns of the terminal, at which an attempt's line is broken; what is no terminal has as many as one likes
 */
public record TaskDescription(Clock clock, int columns) {
    /** Of more attempts, the last are shown and the others counted. */
    public static final int MAX_ATTEMPTS = 20;

    /** Of a payload or a result. */
    static final int MAX_JSON_COLUMNS = 500;

    private static final int LABEL_COLUMNS = 13;

    /** The lines. */
    public List<String> lines(Answers.Task task, String taskUrl) {
        List<String> lines = new ArrayList<>();
        lines.add(RunView.ofTask(task).summary(clock.instant()));
        addWhatItIs(lines, task);
        addHowItStands(lines, task);
        addAttempts(lines, Objects.requireNonNullElse(task.attempts(), List.of()));
        addJson(lines, "Payload", task.payload());
        addJson(lines, "Result", task.result());
        add(lines, "Temporal", task.workflow() == null ? null : task.workflow().url());
        add(lines, "REST", taskUrl);
        add(lines, "Error", Words.of(task.error()));
        return lines;
    }

    private static void addWhatItIs(List<String> lines, Answers.Task task) {
        add(lines, "Task", task.taskId());
        add(lines, "DAG", task.dagId());
        add(lines, "Type", task.taskType());
        add(lines, "Priority", task.priority());
        add(lines, "Created", task.createdAt());
        if (!task.createdAt().equals(task.runCreatedAt())) {
            add(lines, "In its run", task.runCreatedAt());
        }
        add(lines, "Queued", task.queuedAt());
        add(lines, "Started", task.startedAt());
        add(lines, "Ended", task.endedAt());
        add(lines, "Deadline", task.deadline());
        add(lines, "At risk", Words.of(task.deadlineAtRisk()));
    }

    private static void addHowItStands(List<String> lines, Answers.Task task) {
        add(lines, "Waiting", Words.of(task.waiting()));
        add(lines, "Agent", agent(task));
        if (task.progress() != null) {
            add(
                    lines,
                    "Progress",
                    Words.of(task.progress()) + ", at " + task.progress().reportedAt());
        }
        if (task.checkpoint() != null) {
            add(
                    lines,
                    "Checkpoint",
                    task.checkpoint().sequence() + ", at " + task.checkpoint().at());
        }
        add(lines, "Preempted", preempted(task));
        add(lines, "Used", Words.of(task.usage()));
        if (task.deadLetterEntryId() != null) {
            add(lines, "Dead letter", "./orchestrator dlq show " + task.deadLetterEntryId());
        }
        add(lines, "Made of", task.reprocessedFrom());
        add(lines, "Made anew as", task.reprocessedAs());
    }

    /** The number of times that it was stopped for others, and the last of those; null where it never was. */
    private static @Nullable String preempted(Answers.Task task) {
        Integer times = task.preemptions();
        return times == null || times == 0
                ? null
                : times + (times == 1 ? " time" : " times") + ", last for task " + task.preemptedFor();
    }

    /** The agent of the last dispatch, and why that went there. */
    private static @Nullable String agent(Answers.Task task) {
        Answers.Placement placement = task.placement();
        return placement == null
                ? task.agentId()
                : Stream.of(placement.agentId() + " (" + placement.reason() + ")", placement.detail())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(": "));
    }

    private void addAttempts(List<String> lines, List<Answers.Attempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        int left = Math.max(0, attempts.size() - MAX_ATTEMPTS);
        lines.add("");
        if (left > 0) {
            lines.add(left + " earlier attempts (--json has them), and");
        }
        ConsoleTable table = new ConsoleTable("ATTEMPT", "AGENT", "STARTED", "ENDED", "OUTCOME", "USED", "ERROR");
        attempts.stream()
                .skip(left)
                .forEach(attempt -> table.add(
                        attempt.number(),
                        attempt.agentId(),
                        attempt.startedAt(),
                        attempt.endedAt(),
                        attempt.outcome(),
                        orNone(Words.of(attempt.usage())),
                        orNone(Words.of(attempt.error()))));
        lines.addAll(table.lines(columns));
        lines.add("");
    }

    /** JSON in a line, which is cut where it is long. */
    private static void addJson(List<String> lines, String label, @Nullable JsonNode json) {
        if (json == null) {
            return;
        }
        String whole = VisibleText.of(LosslessJson.write(json));
        String shown = DisplayWidth.cut(whole, MAX_JSON_COLUMNS);
        add(lines, label, shown.equals(whole) ? whole : shown + " (--json has all of it)");
    }

    private static void add(List<String> lines, String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            lines.add(DisplayWidth.pad(label + ":", LABEL_COLUMNS) + " " + value);
        }
    }

    private static @Nullable String orNone(String value) {
        return value.isEmpty() ? null : value;
    }
}
