package io.agentorchestrator.cli.console;

import io.agentorchestrator.text.VisibleText;
import java.util.List;

/** Lines that are redrawn in place on a terminal; the only one who moves its cursor or colours. Not thread-safe. */
public final class Drawing {
    private static final String ERASE_LINE = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String RESET = "\u001b[0m";

    /** The colours in use. */
    public enum Colour {
        /** Of what stands out in no way. */
        NONE(""),
        GREEN("\u001b[32m"),
        RED("\u001b[31m"),
        YELLOW("\u001b[33m"),
        CYAN("\u001b[36m");

        private final String sequence;

        Colour(String sequence) {
            this.sequence = sequence;
        }
    }

    /**
     * One line.
     *
     * @param mark stands before the text, in the colour; may be empty
     */
    public record Line(String mark, Colour colour, String text) {
        /** A line of text alone. */
        public static Line of(String text) {
            return new Line("", Colour.NONE, text);
        }

        /** The same in at most so many columns. */
        Line cut(int columns) {
            String fitting = DisplayWidth.of(mark) < columns ? mark : "";
            return new Line(
                    fitting, colour, DisplayWidth.cut(VisibleText.of(text), columns - DisplayWidth.of(fitting)));
        }
    }

    private final Console console;
    private final boolean coloured;
    private int drawnLines;

    /** @param coloured false where colours are not wanted */
    public Drawing(Console console, boolean coloured) {
        this.console = console;
        this.coloured = coloured;
    }

    /** Draws the lines over those drawn before, each within the screen's columns and all within its rows. */
    public void show(List<Line> lines, Screen screen) {
        // A line that fills the last column would leave the cursor in it or below, as the terminal likes.
        int columns = Math.max(1, screen.columns() - 1);
        List<Line> shown = lines.subList(0, Math.min(lines.size(), Math.max(1, screen.rows() - 1)));
        StringBuilder text = new StringBuilder();
        if (drawnLines > 0) {
            text.append("\u001b[").append(drawnLines).append('A');
        }
        for (Line line : shown) {
            Line fitting = line.cut(columns);
            text.append('\r')
                    .append(inColour(fitting))
                    .append(fitting.text())
                    .append(ERASE_LINE)
                    .append('\n');
        }
        console.write(text.append(ERASE_BELOW).toString());
        drawnLines = shown.size();
    }

    private String inColour(Line line) {
        boolean plain = !coloured || line.colour() == Colour.NONE;
        return plain ? line.mark() : line.colour().sequence + line.mark() + RESET;
    }

    /** Leaves the terminal as one would find it. */
    public void close() {
        if (coloured) {
            console.write(RESET);
        }
    }
}
