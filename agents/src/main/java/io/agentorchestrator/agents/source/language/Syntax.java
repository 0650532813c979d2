package io.agentorchestrator.agents.source.language;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * As much of a language's syntax as measuring needs.
 *
 * @param lineComments what begins a comment that ends with the line
 * @param blockComments pairs of what begins and ends one, in one list: begin, end, begin, end
 * @param nestedComments whether block comments nest
 * @param strings which literals there are
 * @param decisionWords keywords that add a path
 * @param decisionSymbols operators that add a path
 * @param functions how a function is told from other blocks
 */
record Syntax(
        List<String> lineComments,
        List<String> blockComments,
        boolean nestedComments,
        Set<StringStyle> strings,
        Set<String> decisionWords,
        Set<String> decisionSymbols,
        FunctionStyle functions) {
    Syntax {
        lineComments = List.copyOf(lineComments);
        blockComments = List.copyOf(blockComments);
        strings = Set.copyOf(strings);
    }

    /** Kinds of string literals; a lexer tries them in this order. */
    enum StringStyle {
        /** Three double quotes to three double quotes, over lines. */
        TRIPLE_DOUBLE,
        /** Three single quotes to three single quotes, over lines. */
        TRIPLE_SINGLE,
        /** Rust's r"…", r#"…"#. */
        RUST_RAW,
        /** C++'s R"x(…)x". */
        CPP_RAW,
        /** "…" with backslash escapes; ends with the line at the latest. */
        DOUBLE,
        /** '…' with backslash escapes; ends with the line at the latest. */
        SINGLE,
        /** "…" with backslash escapes, over lines. */
        DOUBLE_OVER_LINES,
        /** '…' without escapes, over lines. */
        SINGLE_OVER_LINES,
        /** '…' if it is one character; else a lifetime. */
        RUST_CHARACTER,
        /** `…` without escapes, over lines. */
        BACKTICK_RAW,
        /** `…` with backslash escapes, over lines; what is interpolated counts as text. */
        BACKTICK_TEMPLATE,
        /** /…/ where an expression may begin. */
        REGEX
    }

    /** How functions are found. */
    enum FunctionStyle {
        /** They are not. */
        NONE,
        /** {@code def name} and deeper indentation. */
        INDENTED,
        /** A keyword such as {@code func}, a name, a block. */
        KEYWORD,
        /** A name, parentheses, a block. */
        PARENTHESES,
        /** The same, and arrow functions; functions inside functions count by themselves. */
        PARENTHESES_AND_ARROWS
    }

    static final Set<String> C_DECISIONS = Set.of("if", "for", "while", "case", "catch");
    static final Set<String> C_SYMBOLS = Set.of("&&", "||", "?");

    /** Comments and strings as in C. */
    static Syntax cLike(Set<String> words, Set<String> symbols, FunctionStyle functions, StringStyle... more) {
        EnumSet<StringStyle> strings = EnumSet.of(StringStyle.DOUBLE, StringStyle.SINGLE);
        strings.addAll(List.of(more));
        return new Syntax(List.of("//"), List.of("/*", "*/"), false, strings, words, symbols, functions);
    }

    /** Lines starting with a number sign are comments. */
    static Syntax hashed(Set<String> words, Set<String> symbols, FunctionStyle functions, StringStyle... strings) {
        EnumSet<StringStyle> all = EnumSet.noneOf(StringStyle.class);
        all.addAll(List.of(strings));
        return new Syntax(List.of("#"), List.of(), false, all, words, symbols, functions);
    }

    /** Only lines and comments are counted. */
    static Syntax text(List<String> lineComments, List<String> blockComments) {
        return new Syntax(
                lineComments,
                blockComments,
                false,
                EnumSet.noneOf(StringStyle.class),
                Set.of(),
                Set.of(),
                FunctionStyle.NONE);
    }

    Syntax nested() {
        return new Syntax(lineComments, blockComments, true, strings, decisionWords, decisionSymbols, functions);
    }

    Syntax without(StringStyle style) {
        EnumSet<StringStyle> left = EnumSet.copyOf(strings);
        left.remove(style);
        return new Syntax(lineComments, blockComments, nestedComments, left, decisionWords, decisionSymbols, functions);
    }
}
