package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.Syntax.StringStyle;
import io.agentorchestrator.agents.source.language.Token.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/** Cuts one text into tokens and comments by its language's {@link Syntax}. Used once. */
final class Lexer {
    private static final List<String> LONG_SYMBOLS =
            List.of("&&", "||", "??", "?.", "?:", "=>", "->", "::", ";;", "==", "!=", "<=", ">=");
    /** After these a slash begins a regular expression, not a division. */
    private static final Set<String> BEFORE_REGEX = Set.of(
            "(", ",", "=", ":", "[", "!", "&", "|", "?", "{", "}", ";", "=>", "&&", "||", "??", "==", "!=", "return",
            "typeof", "case", "in", "of", "delete", "void", "throw", "new");

    private final Language language;
    private final Syntax syntax;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();
    private final BitSet code = new BitSet();
    private final BitSet comment = new BitSet();

    private int position;
    private int line = 1;
    private int lineStart;
    private boolean lineHasToken;

    Lexer(Language language, String text) {
        this.language = language;
        this.syntax = language.syntax();
        this.text = text;
    }

    LexedSource lex() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '\n') {
                newLine();
            } else if (Character.isWhitespace(c) || c == '\uFEFF') {
                position++;
            } else if (!comment() && !string()) {
                wordOrSymbol(c);
            }
        }
        int lines = text.isEmpty() ? 0 : text.endsWith("\n") ? line - 1 : line;
        comment.andNot(code);
        return new LexedSource(
                language, lines, code.cardinality(), comment.cardinality(), List.copyOf(tokens), List.copyOf(comments));
    }

    private void newLine() {
        position++;
        line++;
        lineStart = position;
        lineHasToken = false;
    }

    private boolean comment() {
        for (String begin : syntax.lineComments()) {
            if (text.startsWith(begin, position) && (!begin.equals("#") || beginsHashComment())) {
                int end = text.indexOf('\n', position);
                commentUntil(end < 0 ? text.length() : end);
                return true;
            }
        }
        for (int pair = 0; pair < syntax.blockComments().size(); pair += 2) {
            if (text.startsWith(syntax.blockComments().get(pair), position)) {
                commentUntil(endOfBlock(
                        syntax.blockComments().get(pair), syntax.blockComments().get(pair + 1)));
                return true;
            }
        }
        return false;
    }

    /** In a shell a number sign inside a word is none; elsewhere it always begins a comment. */
    private boolean beginsHashComment() {
        boolean wordsMayHoldIt = language == Language.SHELL || !language.isProgramming();
        return !wordsMayHoldIt || position == lineStart || Character.isWhitespace(text.charAt(position - 1));
    }

    private int endOfBlock(String begin, String end) {
        int depth = 1;
        int at = position + begin.length();
        while (depth > 0) {
            int closing = text.indexOf(end, at);
            if (closing < 0) {
                return text.length();
            }
            int opening = syntax.nestedComments() ? text.indexOf(begin, at) : -1;
            if (opening >= 0 && opening < closing) {
                depth++;
                at = opening + begin.length();
            } else {
                depth--;
                at = closing + end.length();
            }
        }
        return at;
    }

    private void commentUntil(int end) {
        while (position < end) {
            int lineEnd = text.indexOf('\n', position);
            int stop = lineEnd < 0 || lineEnd > end ? end : lineEnd;
            String said = text.substring(position, stop).strip();
            if (!said.isEmpty()) {
                comments.add(new Comment(line, said));
                comment.set(line);
            }
            position = stop;
            if (position < end) {
                newLine();
            }
        }
    }

    private boolean string() {
        for (StringStyle style : StringStyle.values()) {
            if (syntax.strings().contains(style)) {
                int end = Literals.end(style, text, position, regexMayBegin());
                if (end > position) {
                    add(Kind.STRING, end);
                    return true;
                }
            }
        }
        return false;
    }

    private boolean regexMayBegin() {
        return tokens.isEmpty() || BEFORE_REGEX.contains(tokens.getLast().text());
    }

    private void wordOrSymbol(char c) {
        if (Character.isJavaIdentifierStart(c)) {
            int end = position + 1;
            while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                end++;
            }
            add(Kind.WORD, end);
        } else if (Character.isDigit(c)) {
            int end = position + 1;
            while (end < text.length() && isInNumber(text.charAt(end))) {
                end++;
            }
            add(Kind.NUMBER, end);
        } else {
            for (String symbol : LONG_SYMBOLS) {
                if (text.startsWith(symbol, position)) {
                    add(Kind.SYMBOL, position + symbol.length());
                    return;
                }
            }
            add(Kind.SYMBOL, position + 1);
        }
    }

    private static boolean isInNumber(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '_';
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, text.substring(position, end), line, position - lineStart, !lineHasToken));
        code.set(line);
        lineHasToken = true;
        while (position < end) {
            if (text.charAt(position) == '\n') {
                newLine();
                if (position < end) {
                    code.set(line);
                    lineHasToken = true;
                }
            } else {
                position++;
            }
        }
    }
}
