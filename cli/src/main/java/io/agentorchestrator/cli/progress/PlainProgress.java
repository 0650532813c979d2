package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.Console;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line per change of a task, and one when it begins to wait for something that somebody may want to change; of a large run, one line of
 * counts a second.
 */
public final class PlainProgress implements ProgressDisplay {
    /** A run with more tasks shows counts only. */
    public static final int MAX_TASKS = 100;

    /** Reasons to wait that pass by themselves within seconds, or that a status tells. */
    private static final Set<String> ORDINARY =
            Set.of("DEPENDENCIES", "PAUSED", "PENDING_START", "QUEUED", "DISPATCHED");

    private static final Duration COUNTS_EVERY = Duration.ofSeconds(1);

    private final Console out;
    private final Clock clock;
    private final Map<String, String> seen = new HashMap<>();
    /** The reasons that were told of each task since its status last changed: they come and go, and each is told once. */
    private final Map<String, Set<String>> reasons = new HashMap<>();

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
                        && !ORDINARY.contains(waiting.reason())
                        && reasons.computeIfAbsent(task.key(), key -> new HashSet<>())
                                .add(waiting.reason())
                ? "  " + Words.of(waiting)
                : "";
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

    private void print(RunView run, String news) {
        out.println("[" + Words.of(run.lasted(clock.instant())) + "] " + news);
    }
}
