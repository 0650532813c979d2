package io.agentorchestrator.cli.console;

import io.agentorchestrator.text.VisibleText;
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
        return rows.stream().flatMap(row -> lines(row, widths, columns)).toList();
    }

    private static Stream<String> lines(List<String> row, int[] widths, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int end = 0;
        for (int column = 0; column < widths.length; column++) {
            if (column > 0 && end + GAP.length() + widths[column] > columns) {
                lines.add(line.toString());
                line.setLength(0);
                end = 0;
            }
            String gap = column == 0 ? "" : GAP;
            line.append(gap).append(DisplayWidth.pad(row.get(column), widths[column]));
            end += gap.length() + widths[column];
        }
        lines.add(line.toString());
        return lines.stream().map(String::stripTrailing).filter(each -> !each.isEmpty());
    }
}
