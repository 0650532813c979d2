package io.agentorchestrator.agents.source.report;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A Markdown text that grows from top to bottom. Whatever comes from analysed files is escaped. */
final class Markdown {
    /** How a column stands. */
    enum Align {
        LEFT,
        RIGHT
    }

    /** A column of a table. */
    record Column(String title, Align align) {
        static Column text(String title) {
            return new Column(title, Align.LEFT);
        }

        static Column number(String title) {
            return new Column(title, Align.RIGHT);
        }
    }

    private static final Pattern SPECIAL = Pattern.compile("([\\\\`*_{}\\[\\]<>|#~])");

    private final StringBuilder text = new StringBuilder();

    Markdown heading(int level, String title) {
        text.append("#".repeat(level)).append(' ').append(title).append("\n\n");
        return this;
    }

    Markdown paragraph(String sentence) {
        text.append(sentence).append("\n\n");
        return this;
    }

    Markdown bullets(List<String> sentences) {
        sentences.forEach(sentence -> text.append("- ").append(sentence).append('\n'));
        text.append('\n');
        return this;
    }

    Markdown numbered(List<String> sentences) {
        for (int number = 1; number <= sentences.size(); number++) {
            text.append(number).append(". ").append(sentences.get(number - 1)).append('\n');
        }
        text.append('\n');
        return this;
    }

    Markdown image(String alternative, String file) {
        text.append("![").append(alternative).append("](").append(file).append(")\n\n");
        return this;
    }

    Markdown table(List<Column> columns, List<List<String>> rows) {
        row(columns.stream().map(Column::title).toList());
        row(columns.stream()
                .map(column -> column.align() == Align.RIGHT ? "---:" : "---")
                .toList());
        rows.forEach(this::row);
        text.append('\n');
        return this;
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Text from outside, as it is. */
    static String plain(String text) {
        return SPECIAL.matcher(text.replaceAll("\\s+", " ").strip()).replaceAll("\\\\$1");
    }

    /** A name or a path. */
    static String code(String name) {
        String cleaned = name.replaceAll("[\\s`]+", " ").replace("|", "\\|").strip();
        return cleaned.isEmpty() ? "" : "`" + cleaned + "`";
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", ratio * 100);
    }

    /** "1 file", "2 files". */
    static String count(long number, String noun) {
        return number(number) + " " + (number == 1 ? noun : noun + "s");
    }

    @Override
    public String toString() {
        return text.toString().stripTrailing() + "\n";
    }
}
