package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.Syntax.FunctionStyle;
import io.agentorchestrator.agents.source.language.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which opening brace begins a function, by what stands before it. */
final class FunctionHeads {
    private static final Set<String> KEYWORDS = Set.of("func", "fn", "fun", "function");
    private static final Set<String> NO_NAMES = Set.of(
            ("if for while switch catch return with synchronized using lock foreach fixed sizeof elif do else match try"
                            + " defer in case")
                    .split(" "));
    private static final Set<String> AFTER_PARAMETERS =
            Set.of("const noexcept override final -> & && : throws".split(" "));
    private static final Set<String> NO_PART_OF_A_TYPE = Set.of("; = ( { } ? if else return while for".split(" "));
    private static final int MAX_TOKENS_OF_A_TYPE = 24;
    private static final String ANONYMOUS = "(anonymous)";

    /** The name of a function and the line that it begins at. */
    record Head(String name, int line) {}

    private final FunctionStyle style;
    private final Language language;
    private final List<Token> tokens;
    private final int[] partners;

    FunctionHeads(LexedSource source) {
        this.style = source.language().syntax().functions();
        this.language = source.language();
        this.tokens = source.tokens();
        this.partners = partners(tokens);
    }

    /** For each bracket the place of the one that closes or opens it; 0 if there is none. */
    private static int[] partners(List<Token> tokens) {
        int[] partners = new int[tokens.size()];
        List<Deque<Integer>> open = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
        for (int at = 0; at < partners.length; at++) {
            String text = tokens.get(at).text();
            int closes = ")]}".indexOf(text);
            if ("([{".contains(text)) {
                open.get("([{".indexOf(text)).push(at);
            } else if (closes >= 0 && !open.get(closes).isEmpty()) {
                partners[at] = open.get(closes).pop();
                partners[partners[at]] = at;
            }
        }
        return partners;
    }

    /** The head of the function that this brace begins; null if it begins something else. */
    @Nullable Head of(int brace, boolean insideFunction) {
        return switch (style) {
            case NONE, INDENTED -> null;
            case KEYWORD -> keyword(brace);
            case PARENTHESES -> insideFunction ? null : parentheses(brace);
            case PARENTHESES_AND_ARROWS -> brace > 1 && is(brace - 1, "=>") ? arrow(brace - 2) : parentheses(brace);
        };
    }

    private @Nullable Head keyword(int brace) {
        if (isTypeLiteral(brace)) {
            return null;
        }
        for (int at = brace - 1; at >= 0; at--) {
            Token token = tokens.get(at);
            boolean typeInHead = language == Language.GO && token.is("}") && isTypeLiteral(partners[at]);
            if (token.is(")") || token.is("]") || typeInHead) {
                at = partners[at];
            } else if (KEYWORDS.contains(token.text()) && mayDeclare(token)) {
                int name =
                        language == Language.GO && is(at + 1, "(") ? partners[at + 1] + 1 : at + 1; // past a receiver
                return isWord(name) ? new Head(tokens.get(name).text(), token.line()) : null;
            } else if (token.is("=") ? language != Language.RUST : ";{}([".contains(token.text())) {
                return null; // what stands before is another statement
            }
        }
        return null;
    }

    private boolean isTypeLiteral(int brace) {
        return is(brace - 1, "interface") || is(brace - 1, "struct");
    }

    /** Go also spells function types and literals with the keyword; only declarations begin a line. */
    private boolean mayDeclare(Token keyword) {
        return language != Language.GO || keyword.column() == 0;
    }

    private Head arrow(int last) {
        int parameters = endOfParameters(last);
        int first = parameters < 0 ? last : partners[parameters];
        if (is(first - 1, "async")) {
            first--;
        }
        boolean named = (is(first - 1, "=") || is(first - 1, ":")) && isWord(first - 2);
        return new Head(
                named ? tokens.get(first - 2).text() : ANONYMOUS,
                tokens.get(first).line());
    }

    private @Nullable Head parentheses(int brace) {
        int end = endOfParameters(brace - 1);
        while (end >= 0) {
            int at = partners[end] - 1;
            if (!isWord(at)) {
                return null;
            }
            if (language == Language.CPP && (is(at - 1, ":") || is(at - 1, ","))) {
                end = endOfParameters(at - 2); // it initialises a member
                continue;
            }
            Token name = tokens.get(at);
            if (NO_NAMES.contains(name.text()) || is(at - 1, "new") || is(at - 1, "@")) {
                return null;
            }
            return new Head(name.is("function") ? ANONYMOUS : name.text(), name.line());
        }
        return null;
    }

    /** The closing parenthesis of the parameters, going back over a return type or qualifiers; -1 if there is none. */
    private int endOfParameters(int from) {
        for (int at = from; at >= 0 && from - at < MAX_TOKENS_OF_A_TYPE; at--) {
            Token token = tokens.get(at);
            if (token.is(")")) {
                return at == from
                                || AFTER_PARAMETERS.contains(tokens.get(at + 1).text())
                        ? at
                        : -1;
            }
            if (token.kind() == Kind.STRING || NO_PART_OF_A_TYPE.contains(token.text())) {
                return -1;
            }
        }
        return -1;
    }

    private boolean is(int at, String text) {
        return at >= 0 && at < tokens.size() && tokens.get(at).is(text);
    }

    private boolean isWord(int at) {
        return at >= 0 && at < tokens.size() && tokens.get(at).kind() == Kind.WORD;
    }
}
