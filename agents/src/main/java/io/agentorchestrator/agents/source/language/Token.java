package io.agentorchestrator.agents.source.language;

/**
 * A piece of code that is neither space nor comment.
 *
 * @param line from 1
 * @param column from 0, in characters
 * @param firstOnLine whether only space stands before it
 */
record Token(Kind kind, String text, int line, int column, boolean firstOnLine) {
    enum Kind {
        WORD,
        NUMBER,
        STRING,
        SYMBOL
    }

    boolean is(String symbolOrWord) {
        return kind != Kind.STRING && text.equals(symbolOrWord);
    }
}
