package io.agentorchestrator.cli.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands on a terminal of so many columns after something was written to it. */
public final class TerminalEmulator extends ByteArrayOutputStream {
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])");

    private final int columns;
    private final List<StringBuilder> rows = new ArrayList<>();
    private int row;
    private int column;

    public TerminalEmulator(int columns) {
        super();
        this.columns = columns;
    }

    /** Everything that was written, control sequences too. */
    public String written() {
        return toString(StandardCharsets.UTF_8);
    }

    /** The rows that are there, without colours. */
    public List<String> rows() {
        rows.clear();
        row = 0;
        column = 0;
        String text = written();
        for (int at = 0; at < text.length(); ) {
            Matcher control = CONTROL.matcher(text).region(at, text.length());
            if (control.lookingAt()) {
                obey(control.group(2), control.group(1));
                at = control.end();
            } else {
                int codePoint = text.codePointAt(at);
                put(codePoint);
                at += Character.charCount(codePoint);
            }
        }
        return rows.stream().map(each -> each.toString().stripTrailing()).toList();
    }

    private void obey(String verb, String number) {
        switch (verb) {
            case "A" -> row = Math.max(0, row - Integer.parseInt(number));
            case "K" -> cutAt(line());
            case "J" -> {
                cutAt(line());
                while (rows.size() > row + 1) {
                    rows.removeLast();
                }
            }
            case "m" -> {}
            default -> throw new AssertionError("an unknown control sequence: " + number + verb);
        }
    }

    private void put(int codePoint) {
        if (codePoint == '\n') {
            row++;
            line();
        } else if (codePoint == '\r') {
            column = 0;
        } else {
            String character = Character.toString(codePoint);
            int width = DisplayWidth.of(character);
            if (column + width > columns) {
                row++;
                column = 0;
            }
            if (column == 0) {
                line().setLength(0);
            }
            line().append(character);
            column += width;
        }
    }

    /** Good enough for lines that are drawn from their beginning. */
    private void cutAt(StringBuilder line) {
        if (column == 0) {
            line.setLength(0);
        }
    }

    private StringBuilder line() {
        while (rows.size() <= row) {
            rows.add(new StringBuilder());
        }
        return rows.get(row);
    }
}
