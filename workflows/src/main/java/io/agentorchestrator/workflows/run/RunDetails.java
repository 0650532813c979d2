package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Event;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.PlannerCounts;
import io.agentorchestrator.workflows.planner.TaskPhase;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Text that Temporal's Web UI shows of a run in progress, in Markdown: how many tasks are where, which have failed, which are in
 * batches, and which run at agents without one. It names tasks that failed before continue-as-new by key or number alone.
 */
final class RunDetails {
    /** Temporal's bound on a workflow's current details, in UTF-8. */
    static final int MAX_DETAILS_BYTES = 20_000;
    /** Failed tasks that are remembered by name and code; more would not fit into the text anyhow. */
    static final int MAX_FAILURES = 500;
    /** The room for failed tasks, so that those in progress find room. */
    private static final int MAX_FAILED_BYTES = 12_000;
    /** The room for the line that says how many did not fit. */
    private static final int MORE_BYTES = 40;

    private final TaskNames names;
    private final Map<Integer, String> failures = new HashMap<>();
    /** Names that activities gave of tasks that back off: such a task may fail without another attempt. */
    private final Map<Integer, String> backingOff = new HashMap<>();

    RunDetails(List<String> taskKeys) {
        this.names = new TaskNames(taskKeys);
    }

    /** Remembers who failed, from what the planner folded and what it made of it. */
    void note(List<Event> events, List<Decision> decisions) {
        Map<Integer, String> told = namesIn(events);
        for (Decision decision : decisions) {
            if (decision instanceof Decision.Backoff backoff) {
                remember(backoff.task(), told.get(backoff.task()));
            } else if (decision instanceof Decision.Write write) {
                for (Decision.Failure failure : write.failed()) {
                    String remembered = backingOff.remove(failure.task());
                    if (failures.size() < MAX_FAILURES) {
                        String name = told.getOrDefault(failure.task(), remembered);
                        failures.put(
                                failure.task(),
                                "`%s`: %s"
                                        .formatted(
                                                name == null ? names.of(failure.task()) : TaskNames.plain(name),
                                                TaskNames.plain(failure.errorCode())));
                    }
                }
            }
        }
    }

    private void remember(int task, @Nullable String name) {
        if (name != null && backingOff.size() < MAX_FAILURES) {
            backingOff.put(task, name);
        }
    }

    /** Names of tasks whose attempts failed; those of others are forgotten. */
    private Map<Integer, String> namesIn(List<Event> events) {
        Map<Integer, String> names = new HashMap<>();
        for (Event event : events) {
            List<AttemptEnd> ends = switch (event) {
                case Event.BatchReturned returned -> returned.ended();
                case Event.Noticed noticed -> noticed.ended();
                case Event.Begun _,
                        Event.Released _,
                        Event.Written _,
                        Event.BackoffOver _,
                        Event.CancelRequested _,
                        Event.DeadlinePassed _,
                        Event.PauseRequested _,
                        Event.ResumeRequested _ -> List.of();
            };
            for (AttemptEnd end : ends) {
                if (end.outcome() != AttemptEnd.Outcome.FAILED) {
                    backingOff.remove(end.task());
                } else if (end.name() != null) {
                    names.put(end.task(), end.name());
                }
            }
        }
        return names;
    }

    String text(Planner planner) {
        PlannerCounts counts = planner.counts();
        StringBuilder text = new StringBuilder(
                "**%d of %d tasks have ended**%s\n\n%d waiting, %d ready, %d in batches, %d running, %d backing off; %d completed, %d failed, %d cancelled"
                        .formatted(
                                counts.ended(),
                                counts.total(),
                                planner.isPaused() ? " (paused)" : "",
                                counts.waiting(),
                                counts.ready(),
                                counts.inBatches(),
                                counts.watched(),
                                counts.backingOff(),
                                counts.completed(),
                                counts.failed(),
                                counts.cancelled()));
        int left = MAX_DETAILS_BYTES - bytes(text.toString());
        left -= list(text, "Failed", planner.tasksIn(TaskPhase.FAILED), Math.min(left, MAX_FAILED_BYTES));
        left -= list(text, "In batches", planner.tasksIn(TaskPhase.IN_BATCH), left);
        list(text, "Running", planner.tasksIn(TaskPhase.WATCHED), left);
        return text.toString();
    }

    /** Lists as many tasks as there is room for, and says how many more there are; returns the bytes that it took. */
    private int list(StringBuilder text, String title, List<Integer> tasks, int maxBytes) {
        if (tasks.isEmpty()) {
            return 0;
        }
        StringBuilder lines = new StringBuilder("\n\n**%s**\n".formatted(title));
        int used = bytes(lines.toString());
        int listed = 0;
        for (int task : tasks) {
            String line = "\n- " + shown(task);
            if (used + bytes(line) > maxBytes - MORE_BYTES) {
                break;
            }
            lines.append(line);
            used += bytes(line);
            listed++;
        }
        if (listed < tasks.size()) {
            String more = "\n- … and %d more".formatted(tasks.size() - listed);
            lines.append(more);
            used += bytes(more);
        }
        text.append(lines);
        return used;
    }

    private String shown(int task) {
        return failures.getOrDefault(task, "`" + names.of(task) + "`");
    }

    /** In a line, how many tasks have failed, and the first of them. */
    String failed(PlannerCounts counts, List<Integer> tasks) {
        String first =
                tasks.stream().limit(TaskNames.MAX_NAMED).map(this::shown).collect(Collectors.joining(", "));
        return "%d of %d tasks failed: %s%s"
                .formatted(counts.failed(), counts.total(), first, tasks.size() > TaskNames.MAX_NAMED ? ", …" : "");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
