package io.agentorchestrator.agents.source.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A source file cut into tokens and comments. A line with any code is a code line, one with only comment a comment line,
 * the rest are blank.
 */
public record LexedSource(
        Language language, int lines, int codeLines, int commentLines, List<Token> tokens, List<Comment> comments) {

    /** Cuts up a text; never fails, whatever the text. */
    public static LexedSource of(Language language, String text) {
        return new Lexer(language, text).lex();
    }

    public int blankLines() {
        return lines - codeLines - commentLines;
    }

    /** A line of code without its layout and comments. */
    public record NormalLine(int line, String text) {}

    /** The lines of code, as they compare when looking for duplicates. */
    public List<NormalLine> normalLines() {
        List<NormalLine> normal = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int line = 0;
        for (Token token : tokens) {
            if (token.line() != line && !text.isEmpty()) {
                normal.add(new NormalLine(line, text.toString()));
                text.setLength(0);
            }
            line = token.line();
            text.append(token.text()).append(' ');
        }
        if (!text.isEmpty()) {
            normal.add(new NormalLine(line, text.toString()));
        }
        return normal;
    }
}
