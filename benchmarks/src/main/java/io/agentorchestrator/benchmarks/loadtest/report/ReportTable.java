package io.agentorchestrator.benchmarks.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A table of a report, under a heading. */
public record ReportTable(String title, List<String> header, List<List<String>> rows) {
    /** Copies the cells. */
    public ReportTable {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** A table of names and values. */
    public static ReportTable of(String title, String name, String value, Map<String, String> entries) {
        List<List<String>> rows = new ArrayList<>();
        entries.forEach((key, each) -> rows.add(List.of(key, each)));
        return new ReportTable(title, List.of(name, value), rows);
    }

    String markdown() {
        StringBuilder text = new StringBuilder("## " + title + "\n\n");
        line(text, header);
        line(text, header.stream().map(cell -> "---").toList());
        rows.forEach(row -> line(text, row));
        return text.append('\n').toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append('|');
        for (String cell : cells) {
            text.append(' ').append(cell.replace("|", "\\|").replace("\n", " ")).append(" |");
        }
        text.append('\n');
    }
}
