package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.Syntax.FunctionStyle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds functions among tokens and counts the decisions in each and outside all of them. Used once. */
final class FunctionScanner {
    /** What may stand after a question mark that is no conditional operator (optional fields, nullable types). */
    private static final Set<String> AFTER_OTHER_QUESTION_MARK =
            Set.of(".", ":", ",", ")", "=", ";", "?", "]", ">", "}", "[", "(");

    record Functions(List<FunctionFigures> functions, int complexity) {}

    private static final class Open {
        private final @Nullable String name;
        private final int line;
        private final int column;
        private int decisions;

        Open(@Nullable String name, int line, int column) {
            this.name = name;
            this.line = line;
            this.column = column;
        }
    }

    private final Syntax syntax;
    private final List<Token> tokens;
    private final FunctionHeads heads;
    private final Deque<Open> open = new ArrayDeque<>();
    private final List<FunctionFigures> found = new ArrayList<>();
    private int decisionsOutside;

    FunctionScanner(LexedSource source) {
        this.syntax = source.language().syntax();
        this.tokens = source.tokens();
        this.heads = new FunctionHeads(source);
    }

    Functions scan() {
        boolean indented = syntax.functions() == FunctionStyle.INDENTED;
        int lastLine = 0;
        for (int index = 0; index < tokens.size(); index++) {
            Token token = tokens.get(index);
            if (indented) {
                indented(index, lastLine);
            } else {
                braced(index);
            }
            if (isDecision(index)) {
                innermost().ifPresentOrElse(function -> function.decisions++, () -> decisionsOutside++);
            }
            lastLine = token.line();
        }
        while (!open.isEmpty()) {
            close(lastLine);
        }
        int inFunctions = found.stream().mapToInt(FunctionFigures::complexity).sum();
        return new Functions(List.copyOf(found), inFunctions + (decisionsOutside == 0 ? 0 : 1 + decisionsOutside));
    }

    private void braced(int index) {
        Token token = tokens.get(index);
        heads.see(index);
        if (token.is("{")) {
            open.push(new Open(heads.nameOfBlock(index, innermost().isPresent()), heads.lineOfBlock(index), 0));
        } else if (token.is("}") && !open.isEmpty()) {
            close(token.line());
        }
    }

    private void indented(int index, int lastLine) {
        Token token = tokens.get(index);
        if (token.firstOnLine() && !continues(index)) {
            while (!open.isEmpty() && token.column() <= open.getFirst().column) {
                close(lastLine);
            }
        }
        if (token.is("def") && index + 1 < tokens.size()) {
            int column = token.firstOnLine() || index == 0
                    ? token.column()
                    : tokens.get(index - 1).column();
            open.push(new Open(tokens.get(index + 1).text(), token.line(), column));
        }
    }

    /** A closing bracket in the first column goes on with the statement before it. */
    private boolean continues(int index) {
        Token token = tokens.get(index);
        return token.is(")") || token.is("]") || token.is("}");
    }

    private Optional<Open> innermost() {
        return open.stream().filter(block -> block.name != null).findFirst();
    }

    private void close(int lastLine) {
        Open block = open.pop();
        if (block.name != null) {
            found.add(new FunctionFigures(
                    block.name, block.line, Math.max(1, lastLine - block.line + 1), 1 + block.decisions));
        }
    }

    private boolean isDecision(int index) {
        Token token = tokens.get(index);
        return switch (token.kind()) {
            case STRING, NUMBER -> false;
            case WORD ->
                syntax.decisionWords().contains(token.text())
                        && !isMember(index)
                        && (syntax.functions() != FunctionStyle.INDENTED || !token.is("case") || isSoftKeyword(index));
            case SYMBOL -> syntax.decisionSymbols().contains(token.text()) && (!token.is("?") || isConditional(index));
        };
    }

    /** A keyword after a dot is a name; after three it follows an ellipsis. */
    private boolean isMember(int index) {
        return index > 0
                && tokens.get(index - 1).is(".")
                && (index == 1 || !tokens.get(index - 2).is("."));
    }

    /** Python's {@code case} is a keyword only where a statement begins and a pattern follows. */
    private boolean isSoftKeyword(int index) {
        return tokens.get(index).firstOnLine()
                && index + 1 < tokens.size()
                && !Set.of("=", ".", ",", ")", ":")
                        .contains(tokens.get(index + 1).text());
    }

    private boolean isConditional(int index) {
        if (index + 1 >= tokens.size()) {
            return false;
        }
        String next = tokens.get(index + 1).text();
        boolean bracketed = next.equals("(") || next.equals("[");
        return bracketed
                ? tokens.get(index + 1).column() > tokens.get(index).column() + 1
                : !AFTER_OTHER_QUESTION_MARK.contains(next);
    }
}
