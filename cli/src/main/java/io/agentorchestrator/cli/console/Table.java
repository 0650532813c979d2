package io.agentorchestrator.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of cells, each column as wide as its widest cell. Not thread-safe. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** @param titles of the columns */
    public Table(String... titles) {
        add(titles);
    }

    /** Adds a row of as many cells as there are columns. */
    public void add(String... cells) {
        if (!rows.isEmpty() && cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a row of " + rows.getFirst().size());
        }
        rows.add(Arrays.stream(cells).map(VisibleText::of).toList());
    }

    /** The titles and the rows, a line each. */
    public List<String> lines() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], DisplayWidth.of(row.get(column)));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(DisplayWidth.pad(row.get(column), widths[column])).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
