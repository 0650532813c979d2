package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.Console;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.Drawing;
import io.agentorchestrator.cli.console.Drawing.Colour;
import io.agentorchestrator.cli.console.Drawing.Line;
import io.agentorchestrator.cli.console.Screen;
import io.agentorchestrator.text.VisibleText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One line per task redrawn in place, or a bar when there are more tasks than one takes in at a glance. */
public final class LiveProgress implements ProgressDisplay {
    /** Above this, or above what fits the screen, a bar replaces the lines. */
    public static final int MAX_TASKS = 20;

    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final Map<String, Colour> COLOURS =
            Map.of("COMPLETED", Colour.GREEN, "FAILED", Colour.RED, "CANCELLED", Colour.YELLOW, "RUNNING", Colour.CYAN);
    private static final int MAX_BAR = 40;
    /** A bar's percentage, with the spaces before it. */
    private static final int PERCENT_COLUMNS = 6;
    /** The last column, which stays free. */
    private static final int MARGIN = 1;
    /** A task's mark and the space behind it. */
    private static final int MARK_COLUMNS = 2;

    private static final int STATUS_COLUMNS = 9;
    private static final int DURATION_COLUMNS = 12;
    /** Of a DAG's name or a task's key on a narrow screen; what comes last in the line goes before it gets shorter. */
    private static final int MIN_NAME = 8;

    private static final int MAX_KEY = 40;
    /** The line above the tasks, the cursor's line below them, and one to breathe. */
    private static final int OTHER_LINES = 3;

    private final Drawing drawing;
    private final Clock clock;
    private final Supplier<Screen> screen;
    private int turn;

    /**
     * Draws on a terminal.
     *
     * @param coloured false where colours are not wanted
     * @param screen asked before each drawing, because terminals are resized
     */
    public LiveProgress(Console out, boolean coloured, Clock clock, Supplier<Screen> screen) {
        this.drawing = new Drawing(out, coloured);
        this.clock = clock;
        this.screen = screen;
    }

    @Override
    public void show(RunView run) {
        Screen now = screen.get();
        drawing.show(lines(run, now), now);
        turn++;
    }

    @Override
    public void close() {
        drawing.close();
    }

    List<Line> lines(RunView run, Screen room) {
        List<Line> lines = new ArrayList<>();
        Instant now = clock.instant();
        int columns = room.columns() - MARGIN;
        lines.add(Line.of(title(run, now, columns)));
        if (run.tasks().size() > Math.min(MAX_TASKS, room.rows() - OTHER_LINES)) {
            lines.add(Line.of(bar(run, columns)));
            lines.add(Line.of(Words.of(run.counts())));
            if (!run.waits().isEmpty()) {
                lines.add(Line.of("waiting: " + Words.of(run.waits())));
            }
        } else {
            int width = keyWidth(run, columns - MARK_COLUMNS);
            run.tasks().forEach(task -> lines.add(line(task, width, now, columns - MARK_COLUMNS)));
        }
        return lines;
    }

    /** The name, and as much of how it stands as leaves room for the name. */
    private static String title(RunView run, Instant now, int columns) {
        Instant finish = run.finish();
        String name = VisibleText.of(run.name());
        int needed = Math.min(DisplayWidth.of(name), MIN_NAME);
        String counts = run.endedTasks() + "/" + run.tasks().size();
        List<String> facts = Stream.of(
                        run.status(),
                        counts,
                        Words.of(run.lasted(now)),
                        finish == null || !finish.isAfter(now)
                                ? ""
                                : "≈ " + Words.of(Duration.between(now, finish)) + " to go")
                .filter(fact -> !fact.isEmpty())
                .toList();
        for (int shown = facts.size(); shown > 0; shown--) {
            String tail = "  " + String.join("  ", facts.subList(0, shown));
            int left = columns - DisplayWidth.of(tail);
            if (left >= needed) {
                return DisplayWidth.cut(name, left) + tail;
            }
        }
        return run.status();
    }

    private static String bar(RunView run, int columns) {
        int width = Math.max(0, Math.min(MAX_BAR, columns - PERCENT_COLUMNS));
        long ended = run.endedTasks();
        int filled = (int) (width * ended / Math.max(1, run.tasks().size()));
        return "█".repeat(filled) + "░".repeat(width - filled) + " "
                + 100 * ended / Math.max(1, run.tasks().size()) + " %";
    }

    /** As wide as the longest key, but leaving room for the status and, where there is some, for the duration. */
    private static int keyWidth(RunView run, int columns) {
        int longest = ShownTask.keyColumns(run.tasks());
        int besideStatus = columns - STATUS_COLUMNS - 1;
        int besideAll = besideStatus - DURATION_COLUMNS - 1;
        int room = besideAll >= MIN_NAME ? besideAll : besideStatus;
        return Math.max(1, Math.min(Math.min(longest, room), Math.max(MAX_KEY, columns / 2)));
    }

    /** The key and the status, and as much of the rest as there is room for. */
    private Line line(ShownTask task, int width, Instant now, int columns) {
        String text =
                DisplayWidth.pad(DisplayWidth.cut(VisibleText.of(task.key()), width), width) + " " + task.status();
        int statusEnd = width + 1 + STATUS_COLUMNS;
        Answers.TaskError error = task.told().error();
        List<String> facts = List.of(
                " " + Words.of(task.ran(now)),
                after(task.progress()),
                task.told().attempt() > 1 ? "  attempt " + task.told().attempt() : "",
                error == null ? "" : after(error.code()),
                after(Words.of(task.told().waiting())),
                after(Words.of(task.told().usage())));
        for (String fact : facts) {
            String padded = DisplayWidth.pad(text, statusEnd);
            int left = columns - DisplayWidth.of(padded);
            if (DisplayWidth.of(fact) > left) {
                text = left >= MIN_NAME ? padded + DisplayWidth.cut(fact, left) : text;
                break;
            }
            text = padded + fact;
        }
        return new Line(mark(task) + " ", COLOURS.getOrDefault(task.status(), Colour.NONE), text.stripTrailing());
    }

    private static String after(String fact) {
        return fact.isEmpty() ? "" : "  " + VisibleText.of(fact);
    }

    private String mark(ShownTask task) {
        return switch (task.status()) {
            case "COMPLETED" -> "✔";
            case "FAILED" -> "✘";
            case "CANCELLED" -> "–";
            case "RUNNING" -> SPINNER[turn % SPINNER.length];
            default -> "·";
        };
    }
}
