package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.FunctionHeads.Head;
import io.agentorchestrator.agents.source.language.Syntax.FunctionStyle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Finds functions among tokens and counts the decisions in each and outside all of them. Used once. */
final class FunctionScanner {
    /** Symbols after a question mark that is no conditional operator (optional fields, nullable types). */
    private static final Set<String> AFTER_OTHER_QUESTION_MARK = Set.of(". : , ) = ; ? ] > } [ (".split(" "));

    private static final Set<String> AFTER_A_NAME = Set.of("=", ".", ",", ")", ":");

    /** An open block; without a head if it is no function's. */
    private record Block(@Nullable Head head, int column, AtomicInteger decisions) {
        Block(@Nullable Head head, int column) {
            this(head, column, new AtomicInteger());
        }
    }

    private final Language language;
    private final Syntax syntax;
    private final boolean indented;
    private final List<Token> tokens;
    private final FunctionHeads heads;
    private final Block outside = new Block(null, -1);
    private final Deque<Block> open = new ArrayDeque<>();
    private final List<FunctionFigures> found = new ArrayList<>();

    FunctionScanner(LexedSource source) {
        this.language = source.language();
        this.syntax = language.syntax();
        this.indented = syntax.functions() == FunctionStyle.INDENTED;
        this.tokens = source.tokens();
        this.heads = new FunctionHeads(source);
    }

    FileFigures scan() {
        int lastLine = 0;
        for (int at = 0; at < tokens.size(); at++) {
            if (indented) {
                seeIndented(at, lastLine);
            } else {
                seeBraces(at);
            }
            if (isDecision(at)) {
                innermost().decisions.incrementAndGet();
            }
            lastLine = tokens.get(at).line();
        }
        while (!open.isEmpty()) {
            close(lastLine);
        }
        return FileFigures.of(found, outside.decisions.get(), language != Language.JAVA);
    }

    private void seeBraces(int at) {
        if (tokens.get(at).is("{")) {
            open.push(new Block(heads.of(at, innermost().head != null), 0));
        } else if (tokens.get(at).is("}") && !open.isEmpty()) {
            close(tokens.get(at).line());
        }
    }

    /** A closing bracket in the first column goes on with the statement before it. */
    private void seeIndented(int at, int lastLine) {
        Token token = tokens.get(at);
        if (token.firstOnLine() && !")]}".contains(token.text())) {
            while (!open.isEmpty() && token.column() <= open.getFirst().column) {
                close(lastLine);
            }
        }
        if (token.is("def") && at + 1 < tokens.size()) {
            Token first = token.firstOnLine() || at == 0 ? token : tokens.get(at - 1); // after "async"
            open.push(new Block(new Head(tokens.get(at + 1).text(), token.line()), first.column()));
        }
    }

    private Block innermost() {
        return open.stream().filter(block -> block.head != null).findFirst().orElse(outside);
    }

    private void close(int lastLine) {
        Block block = open.pop();
        Head head = block.head;
        if (head != null) {
            int lines = Math.max(1, lastLine - head.line() + 1);
            found.add(new FunctionFigures(head.name(), head.line(), lines, 1 + block.decisions.get()));
        }
    }

    private boolean isDecision(int at) {
        Token token = tokens.get(at);
        if (!syntax.decisions().contains(token.text())) {
            return false;
        }
        return switch (token.kind()) {
            case STRING, NUMBER -> false;
            case WORD -> !isMember(at) && (!indented || !token.is("case") || isSoftKeyword(at));
            case SYMBOL -> !token.is("?") || isConditional(at);
        };
    }

    /** A keyword after a dot is a name; after three it follows an ellipsis. */
    private boolean isMember(int at) {
        return at > 0
                && tokens.get(at - 1).is(".")
                && (at == 1 || !tokens.get(at - 2).is("."));
    }

    /** Python's {@code case} is a keyword only where a statement begins and a pattern follows. */
    private boolean isSoftKeyword(int at) {
        return tokens.get(at).firstOnLine()
                && at + 1 < tokens.size()
                && !AFTER_A_NAME.contains(tokens.get(at + 1).text());
    }

    private boolean isConditional(int at) {
        if (at + 1 >= tokens.size()) {
            return false;
        }
        Token next = tokens.get(at + 1);
        return (next.is("(") || next.is("["))
                ? next.column() > tokens.get(at).column() + 1
                : !AFTER_OTHER_QUESTION_MARK.contains(next.text());
    }
}
