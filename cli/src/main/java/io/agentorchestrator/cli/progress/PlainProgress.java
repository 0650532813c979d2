package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.Console;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line per change of a task, and one when it begins to wait for something that somebody may want to change; of a large run, one line of
 * counts a second, and one for each such reason and type of tasks.
 */
public final class PlainProgress implements ProgressDisplay {
    /** A run with more tasks shows counts only. */
    public static final int MAX_TASKS = 100;

    /** Of a large run, the reasons to wait that are told. */
    static final int MAX_REASONS = 20;

    /** Reasons to wait that pass by themselves within seconds, or that a status tells. */
    private static final Set<String> ORDINARY =
            Set.of("DEPENDENCIES", "PAUSED", "PENDING_START", "QUEUED", "DISPATCHED");

    private static final Duration COUNTS_EVERY = Duration.ofSeconds(1);

    private final Console out;
    private final Clock clock;
    private final Map<String, String> seen = new HashMap<>();
    /** The reasons that were told of each task since its status last changed: they come and go, and each is told once. */
    private final Map<String, Set<String>> reasons = new HashMap<>();

    /** The reasons, with the type of tasks, that were told of a large run. */
    private final Set<List<String>> reasonsOfMany = new HashSet<>();

    private String counts = "";
    private boolean paused;
    private @Nullable Instant countsAt;

    /** @param clock tells how long tasks have run */
    public PlainProgress(Console out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void show(RunView run) {
        showPause(run);
        if (run.tasks().size() > MAX_TASKS) {
            showCounts(run);
            showReasons(run);
        } else {
            run.tasks().forEach(task -> showTask(run, task));
        }
    }

    /** Tells when a DAG is paused and when it goes on; its other statuses show in its tasks. */
    private void showPause(RunView run) {
        boolean now = run.status().equals(RunView.PAUSED);
        if (now != paused) {
            paused = now;
            print(run, run.name() + " " + run.status());
        }
    }

    private void showTask(RunView run, ShownTask task) {
        String state = task.status()
                + (task.told().attempt() > 1 ? " (attempt " + task.told().attempt() + ")" : "");
        boolean changed = !state.equals(seen.put(task.key(), state));
        if (changed) {
            reasons.remove(task.key());
        }
        String why = news(task);
        if (!changed && why.isEmpty()) {
            return;
        }
        Duration ran = task.ended() ? task.ran(clock.instant()) : null;
        print(run, task.key() + " " + state + (ran == null ? "" : " after " + Words.of(ran)) + why);
    }

    /** The reason for which it waits, if that is worth a line and has not been told; else empty. */
    private String news(ShownTask task) {
        Answers.Waiting waiting = task.told().waiting();
        return waiting != null
                        && isNotable(waiting)
                        && reasons.computeIfAbsent(task.key(), key -> new HashSet<>())
                                .add(waiting.reason())
                ? "  " + Words.of(waiting)
                : "";
    }

    private static boolean isNotable(Answers.Waiting waiting) {
        return !ORDINARY.contains(waiting.reason());
    }

    private void showCounts(RunView run) {
        String now = Words.of(run.counts());
        boolean due = countsAt == null
                || run.ended()
                || Duration.between(countsAt, clock.instant()).compareTo(COUNTS_EVERY) >= 0;
        if (due && !now.equals(counts)) {
            counts = now;
            countsAt = clock.instant();
            print(run, run.endedTasks() + " of " + run.tasks().size() + " tasks ended: " + now);
        }
    }

    /** Tells once of each reason and type how many tasks wait so, and what the first of them waits for. */
    private void showReasons(RunView run) {
        Map<List<String>, List<Answers.DagTask>> waits = run.tasks().stream()
                .map(ShownTask::told)
                .filter(task -> task.waiting() != null && isNotable(task.waiting()))
                .collect(Collectors.groupingBy(PlainProgress::reasonAndType, LinkedHashMap::new, Collectors.toList()));
        waits.forEach((why, tasks) -> {
            if (reasonsOfMany.size() < MAX_REASONS && reasonsOfMany.add(why)) {
                print(run, line(tasks));
                if (reasonsOfMany.size() == MAX_REASONS) {
                    print(run, "Further reasons are not told here: ./orchestrator get tells all.");
                }
            }
        });
    }

    private static List<String> reasonAndType(Answers.DagTask task) {
        return List.of(task.waiting() == null ? "" : task.waiting().reason(), task.taskType());
    }

    /** Such as {@code 97 tasks wait: NO_AGENT: no live agent serves the type 'x'}; where they differ, the first stands for all. */
    private static String line(List<Answers.DagTask> tasks) {
        Answers.DagTask first = tasks.getFirst();
        String why = Words.withoutPlace(first.waiting());
        boolean alike = tasks.stream()
                .allMatch(task -> Words.withoutPlace(task.waiting()).equals(why));
        return tasks.size()
                + (tasks.size() == 1 ? " task waits" : " tasks wait")
                + (alike ? ": " : ", such as " + new ShownTask(first).key() + ": ")
                + why;
    }

    private void print(RunView run, String news) {
        out.println("[" + Words.of(run.lasted(clock.instant())) + "] " + news);
    }
}
