package io.agentorchestrator.agents.source.language;

import io.agentorchestrator.agents.source.language.Syntax.FunctionStyle;
import io.agentorchestrator.agents.source.language.Token.Kind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which opening brace begins a function, and what that is called. Fed with every token in order. */
final class FunctionHeads {
    private static final Set<String> KEYWORDS = Set.of("func", "fn", "fun", "function");
    private static final Set<String> NO_NAMES = Set.of(
            "if",
            "for",
            "while",
            "switch",
            "catch",
            "return",
            "with",
            "synchronized",
            "using",
            "lock",
            "foreach",
            "fixed",
            "sizeof",
            "elif",
            "do",
            "else",
            "match",
            "try",
            "defer",
            "in",
            "case");
    private static final Set<String> AFTER_PARAMETERS =
            Set.of("const", "noexcept", "override", "final", "->", "&", "&&", ":", "throws");
    private static final Set<String> NO_PART_OF_A_TYPE =
            Set.of(";", "=", "(", "{", "}", "?", "if", "else", "return", "while", "for");
    private static final int MAX_TOKENS_OF_A_TYPE = 24;
    private static final String ANONYMOUS = "(anonymous)";

    private final FunctionStyle style;
    private final Language language;
    private final List<Token> tokens;

    private int parentheses;
    private @Nullable String pendingName;
    private int pendingLine;
    private int pendingParentheses;
    private int lineOfLastHead;

    FunctionHeads(LexedSource source) {
        this.style = source.language().syntax().functions();
        this.language = source.language();
        this.tokens = source.tokens();
    }

    void see(int index) {
        Token token = tokens.get(index);
        if (token.is("(") || token.is("[")) {
            parentheses++;
        } else if (token.is(")") || token.is("]")) {
            parentheses = Math.max(0, parentheses - 1);
        } else if (style == FunctionStyle.KEYWORD) {
            seeKeyword(index, token);
        }
    }

    private void seeKeyword(int index, Token token) {
        if (token.kind() == Kind.WORD && KEYWORDS.contains(token.text()) && mayDeclare(token)) {
            pendingName = nameAfter(index);
            pendingLine = token.line();
            pendingParentheses = parentheses;
        } else if (pendingName != null && parentheses == pendingParentheses && endsDeclaration(token)) {
            pendingName = null; // a declaration without a block
        }
    }

    private boolean endsDeclaration(Token token) {
        return token.is(";")
                || (token.is("}") && language != Language.GO) // there it may end a type in the head
                || (token.is("=") && language != Language.RUST);
    }

    /** Go also spells function types and literals with the keyword; only declarations begin a line. */
    private boolean mayDeclare(Token keyword) {
        return language != Language.GO || keyword.column() == 0;
    }

    private @Nullable String nameAfter(int index) {
        int at = index + 1;
        if (language == Language.GO && at < tokens.size() && tokens.get(at).is("(")) {
            at = closing(at) + 1; // past the receiver
        }
        return at < tokens.size() && tokens.get(at).kind() == Kind.WORD
                ? tokens.get(at).text()
                : null;
    }

    /** The name of the function that this brace begins; null if it begins something else. */
    @Nullable String nameOfBlock(int index, boolean insideFunction) {
        lineOfLastHead = tokens.get(index).line();
        return switch (style) {
            case NONE, INDENTED -> null;
            case KEYWORD -> keywordBlock(index);
            case PARENTHESES -> insideFunction ? null : parenthesesBlock(index);
            case PARENTHESES_AND_ARROWS -> {
                String arrow = arrowBlock(index);
                yield arrow == null ? parenthesesBlock(index) : arrow;
            }
        };
    }

    /** Where the head of that function stands. */
    int lineOfBlock(int index) {
        return Math.min(lineOfLastHead, tokens.get(index).line());
    }

    private @Nullable String keywordBlock(int index) {
        String name = pendingName;
        boolean isTypeLiteral = index > 0
                && (tokens.get(index - 1).is("interface")
                        || tokens.get(index - 1).is("struct"));
        if (name == null || parentheses != pendingParentheses || isTypeLiteral) {
            return null;
        }
        pendingName = null;
        lineOfLastHead = pendingLine;
        return name;
    }

    private @Nullable String arrowBlock(int index) {
        if (index < 2 || !tokens.get(index - 1).is("=>")) {
            return null;
        }
        int parameters = endOfParameters(index - 2);
        int first = parameters < 0 ? index - 2 : opening(parameters);
        if (first > 0 && tokens.get(first - 1).is("async")) {
            first--;
        }
        lineOfLastHead = tokens.get(Math.max(0, first)).line();
        boolean named = first > 1
                && (tokens.get(first - 1).is("=") || tokens.get(first - 1).is(":"));
        return named && tokens.get(first - 2).kind() == Kind.WORD
                ? tokens.get(first - 2).text()
                : ANONYMOUS;
    }

    private @Nullable String parenthesesBlock(int index) {
        int end = endOfParameters(index - 1);
        while (end >= 0) {
            int nameAt = opening(end) - 1;
            if (nameAt < 0 || tokens.get(nameAt).kind() != Kind.WORD) {
                return null;
            }
            Token name = tokens.get(nameAt);
            Token before = nameAt > 0 ? tokens.get(nameAt - 1) : name;
            boolean isInitialiser = language == Language.CPP && (before.is(":") || before.is(","));
            if (isInitialiser && nameAt > 1) {
                end = endOfParameters(nameAt - 2);
                continue;
            }
            if (NO_NAMES.contains(name.text()) || before.is("new") || before.is("@")) {
                return null;
            }
            lineOfLastHead = name.line();
            return name.is("function") ? ANONYMOUS : name.text();
        }
        return null;
    }

    /** The closing parenthesis of the parameters, going back over a return type or qualifiers; -1 if there is none. */
    private int endOfParameters(int from) {
        for (int at = from; at >= 0 && from - at < MAX_TOKENS_OF_A_TYPE; at--) {
            Token token = tokens.get(at);
            if (token.is(")")) {
                boolean direct = at == from;
                return direct || AFTER_PARAMETERS.contains(tokens.get(at + 1).text()) ? at : -1;
            }
            if (token.kind() == Kind.STRING || NO_PART_OF_A_TYPE.contains(token.text())) {
                return -1;
            }
        }
        return -1;
    }

    private int opening(int closing) {
        int depth = 0;
        for (int at = closing; at >= 0; at--) {
            if (tokens.get(at).is(")")) {
                depth++;
            } else if (tokens.get(at).is("(") && --depth == 0) {
                return at;
            }
        }
        return 0;
    }

    private int closing(int opening) {
        int depth = 0;
        for (int at = opening; at < tokens.size(); at++) {
            if (tokens.get(at).is("(")) {
                depth++;
            } else if (tokens.get(at).is(")") && --depth == 0) {
                return at;
            }
        }
        return tokens.size() - 1;
    }
}
