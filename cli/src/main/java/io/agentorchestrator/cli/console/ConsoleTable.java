package io.agentorchestrator.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows of cells, each column as wide as its widest cell. Not thread-safe. */
public final class ConsoleTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** @param titles of the columns */
    public ConsoleTable(Object... titles) {
        add(titles);
    }

    /** Adds a row of as many cells as there are columns; null shows as a dash. */
    public void add(@Nullable Object... cells) {
        if (!rows.isEmpty() && cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a row of " + rows.getFirst().size());
        }
        rows.add(Arrays.stream(cells)
                .map(cell -> cell == null ? "-" : VisibleText.of(cell.toString()))
                .toList());
    }

    /**
     * The titles and the rows, a line each. Columns that have no room beside the others stand on further, indented lines of their row.
     *
     * @param columns of the terminal
     */
    public List<String> lines(int columns) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], DisplayWidth.of(row.get(column)));
            }
        }
        boolean[] broken = breaks(widths, columns);
        return rows.stream().flatMap(row -> lines(row, widths, broken)).toList();
    }

    /** Before which columns a further line begins. */
    private static boolean[] breaks(int[] widths, int columns) {
        boolean[] broken = new boolean[widths.length];
        int end = widths[0];
        for (int column = 1; column < widths.length; column++) {
            end += GAP.length() + widths[column];
            if (end > columns) {
                broken[column] = true;
                end = GAP.length() + widths[column];
            }
        }
        return broken;
    }

    private static Stream<String> lines(List<String> row, int[] widths, boolean[] broken) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            if (broken[column]) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(column == 0 ? "" : GAP).append(DisplayWidth.pad(row.get(column), widths[column]));
        }
        lines.add(line.toString());
        return lines.stream().map(String::stripTrailing).filter(each -> !each.isEmpty());
    }
}
