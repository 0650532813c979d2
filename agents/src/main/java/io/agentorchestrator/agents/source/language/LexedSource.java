package io.agentorchestrator.agents.source.language;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * A source file cut into tokens and comments. A line with any code is a code line, one with only comment a comment line,
 * the rest are blank.
 */
public record LexedSource(
        Language language,
        String text,
        int lines,
        int codeLines,
        int commentLines,
        List<Token> tokens,
        List<Comment> comments) {

    /** Cuts up a text; never fails, whatever the text. */
    public static LexedSource of(Language language, String text) {
        return new Lexer(language, text).lex();
    }

    /** The lines of code by number, without layout and comments, as they compare when looking for duplicates. */
    public SequencedMap<Integer, String> normalLines() {
        return tokens.stream().collect(groupingBy(Token::line, TreeMap::new, mapping(Token::text, joining(" "))));
    }
}
