package io.agentorchestrator.cli.progress;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One line per task redrawn in place, or a bar when there are more tasks than one takes in at a glance. */
public final class LiveProgress implements Progress {
    /** Above this, or above what fits the screen, a bar replaces the lines. */
    public static final int MAX_TASKS = 20;

    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final String ERASE_LINE = "\u001b[K";
    private static final String RESET = "\u001b[0m";
    private static final Map<String, String> COLOURS = Map.of(
            "COMPLETED", "\u001b[32m", "FAILED", "\u001b[31m", "CANCELLED", "\u001b[33m", "RUNNING", "\u001b[36m");
    private static final int MAX_BAR = 40;
    private static final int MAX_KEY = 40;
    /** The line above the tasks, the cursor's line below them, and one to breathe. */
    private static final int OTHER_LINES = 3;

    private final PrintStream out;
    private final Clock clock;
    private final Supplier<Screen> screen;
    private int drawnLines;
    private int turn;

    /** @param screen asked before each drawing, because terminals are resized */
    public LiveProgress(PrintStream out, Clock clock, Supplier<Screen> screen) {
        this.out = out;
        this.clock = clock;
        this.screen = screen;
    }

    @Override
    public void show(RunView run) {
        Screen now = screen.get();
        StringBuilder text = new StringBuilder();
        if (drawnLines > 0) {
            text.append("\u001b[").append(drawnLines).append('A');
        }
        List<String> lines = lines(run, now);
        lines.forEach(line -> text.append('\r').append(line).append(ERASE_LINE).append('\n'));
        text.append("\u001b[J");
        out.print(text);
        out.flush();
        drawnLines = lines.size();
        turn++;
    }

    @Override
    public void close() {
        out.print(RESET);
        out.flush();
    }

    List<String> lines(RunView run, Screen room) {
        List<String> lines = new ArrayList<>();
        Instant now = clock.instant();
        lines.add(cut(
                "%s  %s  %d/%d  %s"
                        .formatted(
                                run.name(),
                                run.status(),
                                run.endedTasks(),
                                run.tasks().size(),
                                Words.of(run.lasted(now))),
                room.columns()));
        if (run.tasks().size() > Math.min(MAX_TASKS, room.rows() - OTHER_LINES)) {
            lines.add(bar(run, room));
            lines.add(cut(Words.of(run.counts()), room.columns()));
        } else {
            int width = Math.min(
                    MAX_KEY,
                    run.tasks().stream()
                            .mapToInt(task -> task.key().length())
                            .max()
                            .orElse(0));
            run.tasks().forEach(task -> lines.add(line(task, width, now, room)));
        }
        return lines;
    }

    private String bar(RunView run, Screen room) {
        int width = Math.min(MAX_BAR, room.columns() - 10);
        long ended = run.endedTasks();
        int filled = (int) (width * ended / Math.max(1, run.tasks().size()));
        return "█".repeat(filled) + "░".repeat(width - filled) + " "
                + 100 * ended / Math.max(1, run.tasks().size()) + " %";
    }

    private String line(TaskView task, int width, Instant now, Screen room) {
        String key = cut(task.key(), width);
        String text =
                "%s %-9s %s".formatted(key + " ".repeat(width - key.length()), task.status(), Words.of(task.ran(now)));
        if (task.attempt() > 1) {
            text += "  attempt " + task.attempt();
        }
        if (task.errorCode() != null) {
            text += "  " + task.errorCode();
        }
        return COLOURS.getOrDefault(task.status(), "") + mark(task) + RESET + " " + cut(text, room.columns() - 3);
    }

    private String mark(TaskView task) {
        return switch (task.status()) {
            case "COMPLETED" -> "✔";
            case "FAILED" -> "✘";
            case "CANCELLED" -> "–";
            case "RUNNING" -> SPINNER[turn % SPINNER.length];
            default -> "·";
        };
    }

    private static String cut(String text, int columns) {
        return text.length() <= columns ? text : text.substring(0, Math.max(0, columns - 1)) + "…";
    }
}
