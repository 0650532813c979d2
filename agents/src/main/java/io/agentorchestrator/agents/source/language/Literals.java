package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.Syntax.StringStyle;

/** Where string literals end. */
final class Literals {
    private static final int MAX_RAW_DELIMITER = 16;

    private Literals() {}

    /** The position after the literal of this style that begins at {@code start}; -1 if none begins there. */
    static int end(StringStyle style, String text, int start, boolean regexMayBegin) {
        return switch (style) {
            case TRIPLE_DOUBLE -> triple(text, start, "\"\"\"");
            case TRIPLE_SINGLE -> triple(text, start, "'''");
            case RUST_RAW -> rustRaw(text, start);
            case CPP_RAW -> cppRaw(text, start);
            case DOUBLE -> quoted(text, start, '"', true, false);
            case SINGLE -> quoted(text, start, '\'', true, false);
            case DOUBLE_OVER_LINES -> quoted(text, start, '"', true, true);
            case SINGLE_OVER_LINES -> quoted(text, start, '\'', false, true);
            case RUST_CHARACTER -> rustCharacter(text, start);
            case BACKTICK_RAW -> quoted(text, start, '`', false, true);
            case BACKTICK_TEMPLATE -> quoted(text, start, '`', true, true);
            case REGEX -> regexMayBegin ? regex(text, start) : -1;
        };
    }

    private static int triple(String text, int start, String quotes) {
        if (!text.startsWith(quotes, start)) {
            return -1;
        }
        int at = start + quotes.length();
        while (at < text.length()) {
            if (text.charAt(at) == '\\') {
                at += 2;
            } else if (text.startsWith(quotes, at)) {
                return at + quotes.length();
            } else {
                at++;
            }
        }
        return text.length();
    }

    /** Without its end: up to the end of the line, or of the text where it may go over lines. */
    private static int quoted(String text, int start, char quote, boolean escapes, boolean overLines) {
        if (text.charAt(start) != quote) {
            return -1;
        }
        int at = start + 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == quote) {
                return at + 1;
            }
            if (c == '\n' && !overLines) {
                return at;
            }
            at += escapes && c == '\\' ? 2 : 1;
        }
        return text.length();
    }

    private static int rustRaw(String text, int start) {
        int at = start;
        if (text.charAt(at) == 'b') {
            at++;
        }
        if (at >= text.length() || text.charAt(at) != 'r') {
            return -1;
        }
        int hashes = 0;
        at++;
        while (at < text.length() && text.charAt(at) == '#') {
            hashes++;
            at++;
        }
        if (at >= text.length() || text.charAt(at) != '"') {
            return -1;
        }
        return after(text, "\"" + "#".repeat(hashes), at + 1);
    }

    private static int cppRaw(String text, int start) {
        if (!text.startsWith("R\"", start)) {
            return -1;
        }
        int open = text.indexOf('(', start + 2);
        if (open < 0 || open - start - 2 > MAX_RAW_DELIMITER) {
            return -1;
        }
        return after(text, ")" + text.substring(start + 2, open) + "\"", open + 1);
    }

    private static int after(String text, String closing, int from) {
        int end = text.indexOf(closing, from);
        return end < 0 ? text.length() : end + closing.length();
    }

    private static int rustCharacter(String text, int start) {
        if (text.charAt(start) != '\'' || start + 2 >= text.length()) {
            return -1;
        }
        if (text.charAt(start + 1) == '\\') {
            return quoted(text, start, '\'', true, false);
        }
        int character = start + 1 + Character.charCount(text.codePointAt(start + 1));
        return character < text.length() && text.charAt(character) == '\'' ? character + 1 : -1;
    }

    private static int regex(String text, int start) {
        if (text.charAt(start) != '/') {
            return -1;
        }
        boolean inClass = false;
        for (int at = start + 1; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\n') {
                return -1;
            } else if (c == '\\') {
                at++;
            } else if (c == '[') {
                inClass = true;
            } else if (c == ']') {
                inClass = false;
            } else if (c == '/' && !inClass) {
                return at + 1;
            }
        }
        return -1;
    }
}
