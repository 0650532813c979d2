package io.agentorchestrator.agents.source.language;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * As much of a language's syntax as measuring needs. The constants are regular expressions that match whatever the text:
 * what is not closed ends with the line, or with the text where it may go over lines. Quantifiers are possessive, so that
 * no literal is too long for the stack.
 *
 * @param lexeme matches the next piece of any text: group 1 is a comment, group 2 a literal; else a word, a number, a
 *     symbol or space
 * @param decisions keywords and operators that add a path
 * @param functions how a function is told from other blocks
 */
record Syntax(Pattern lexeme, Set<String> decisions, FunctionStyle functions) {
    static final String NO_COMMENTS = "(?!)";

    static final String SLASHES = "//[^\n]*+";
    static final String HASH = "#[^\n]*+";
    /** In a shell, and in lists of settings, a number sign inside a word begins no comment. */
    static final String HASH_AFTER_SPACE = "(?<!\\P{javaWhitespace})" + HASH;

    static final String DASHES = "--[^\n]*+";
    static final String MARKUP = "<!--.*?(?:-->|\\z)";
    static final String BLOCK = "/\\*.*?(?:\\*/|\\z)";
    static final String C_OR_HASH = SLASHES + "|" + BLOCK + "|" + HASH;
    static final String C_COMMENTS = SLASHES + "|" + BLOCK;
    static final String NESTED_COMMENTS = SLASHES + "|" + nested(8);

    static final String DOUBLE = quoted("\"", "\n");
    static final String SINGLE = quoted("'", "\n");
    static final String DOUBLE_OVER_LINES = quoted("\"", "");
    /** Without escapes. */
    static final String SINGLE_OVER_LINES = "'[^']*+'?+";

    static final String TRIPLE_DOUBLE = "\"\"\"(?:[^\"\\\\]++|\\\\.?+|\"(?!\"\"))*+(?:\"\"\"|\\z)";
    static final String TRIPLE_SINGLE = TRIPLE_DOUBLE.replace('"', '\'');
    /** Without escapes. */
    static final String BACKTICK_RAW = "`[^`]*+`?+";
    /** A template in backticks; what is interpolated counts as text. */
    static final String BACKTICK_TEMPLATE = quoted("`", "");
    /** A regular expression. A slash begins one only where an expression may begin, which the lexer has to see to. */
    static final String REGEX = "/(?:[^\\\\/\\[\n]|\\\\.|\\[(?:[^\\]\\\\\n]|\\\\.)*+])*+/";

    static final String RUST_RAW = "b?+r(?<hashes>#*+)\".*?(?:\"\\k<hashes>|\\z)";
    /** If it is one character; else it is a lifetime. */
    static final String RUST_CHARACTER = "'(?=\\\\)" + SINGLE.substring(1) + "|'.'";

    static final String CPP_RAW = "R\"(?<delimiter>[^(]{0,16}+)\\(.*?(?:\\)\\k<delimiter>\"|\\z)";

    static final String WEB_LITERALS = String.join("|", DOUBLE, SINGLE, BACKTICK_TEMPLATE, REGEX);

    static final String C_DECISIONS = "if for while case catch && || ?";
    static final String WEB_DECISIONS = C_DECISIONS + " ??";

    private static final String SPACE = "[\\p{javaWhitespace}\uFEFF]++";
    private static final String OTHERS =
            "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+|\\p{javaDigit}[\\p{javaLetterOrDigit}._]*+"
                    + "|&&|\\|\\||\\?[?.:]|=[>=]|->|::|;;|[!<>]=|.";

    /** The ways to find functions. */
    enum FunctionStyle {
        /** Functions are not found. */
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

    static Syntax of(String comments, String decisions, FunctionStyle functions, String... literals) {
        String literal = literals.length == 0 ? "(?!)" : String.join("|", literals);
        Pattern lexeme = Pattern.compile(SPACE + "|(" + comments + ")|(" + literal + ")|" + OTHERS, Pattern.DOTALL);
        return new Syntax(lexeme, decisions.isEmpty() ? Set.of() : Set.of(decisions.split(" ")), functions);
    }

    /** Text between two of these, in which a backslash escapes the next character. */
    private static String quoted(String mark, String neverInside) {
        return mark + "(?:[^" + mark + neverInside + "\\\\]++|\\\\.?+)*+" + mark + "?+";
    }

    private static String nested(int depth) {
        String inner = depth == 1 ? BLOCK : nested(depth - 1);
        return "/\\*(?:" + inner + "|(?!\\*/).)*+(?:\\*/|\\z)";
    }
}
