package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.Token.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;

/** Cuts one text into tokens and comments by its language's {@link Syntax}. Used once. */
final class Lexer {
    /** After these a slash begins a regular expression, not a division. */
    private static final Set<String> BEFORE_REGEX =
            Set.of(("( , = : [ ! & | ? { } ; => && || ?? == !=" + " return typeof case in of delete void throw new")
                    .split(" "));

    private final Language language;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();
    private final BitSet code = new BitSet();
    private final BitSet comment = new BitSet();

    private int line = 1;
    private int lineStart;

    Lexer(Language language, String text) {
        this.language = language;
        this.text = text;
    }

    LexedSource lex() {
        Matcher lexeme = language.syntax().lexeme().matcher(text);
        int end;
        for (int at = 0; at < text.length() && lexeme.find(at); at = end) {
            end = lexeme.end();
            char first = text.charAt(at);
            if (lexeme.start(1) >= 0) {
                addComment(lexeme.group());
            } else if (lexeme.start(2) >= 0) {
                boolean division = first == '/' && !regexMayBegin();
                end = division ? at + 1 : end;
                add(division ? Kind.SYMBOL : Kind.STRING, at, end);
            } else if (Character.isJavaIdentifierStart(text.codePointAt(at))) {
                add(Kind.WORD, at, end);
            } else if (!Character.isWhitespace(first) && first != '\uFEFF') {
                add(Character.isDigit(first) ? Kind.NUMBER : Kind.SYMBOL, at, end);
            }
            countLines(at, end);
        }
        int lines = text.isEmpty() ? 0 : text.endsWith("\n") ? line - 1 : line;
        comment.andNot(code);
        return new LexedSource(
                language,
                text,
                lines,
                code.cardinality(),
                comment.cardinality(),
                List.copyOf(tokens),
                List.copyOf(comments));
    }

    private void addComment(String said) {
        int at = line;
        for (String part : said.split("\n", -1)) {
            if (!part.isBlank()) {
                comments.add(new Comment(at, part.strip()));
                comment.set(at);
            }
            at++;
        }
    }

    private boolean regexMayBegin() {
        return tokens.isEmpty() || BEFORE_REGEX.contains(tokens.getLast().text());
    }

    private void add(Kind kind, int from, int to) {
        tokens.add(new Token(kind, text.substring(from, to), line, from - lineStart, !code.get(line)));
        int more = (int)
                text.substring(from, to - 1).chars().filter(c -> c == '\n').count();
        code.set(line, line + more + 1);
    }

    private void countLines(int from, int to) {
        for (int at = text.indexOf('\n', from, to); at >= 0; at = text.indexOf('\n', lineStart, to)) {
            line++;
            lineStart = at + 1;
        }
    }
}
