package io.agentorchestrator.agents.source.language;

import java.util.List;
import java.util.Optional;

/**
 * The functions of a measured file and its complexity.
 *
 * @param complexity of all its functions together, and 1 and one for each decision where decisions stand outside functions
 * @param parsed false where a parser was meant to measure but could not read the file, so that the lexer did
 */
public record FileFigures(List<FunctionFigures> functions, int complexity, boolean parsed) {
    public FileFigures {
        functions = List.copyOf(functions);
    }

    /** Measures one file: Java by its syntax tree where that can be had, everything else by tokens. */
    public static FileFigures of(LexedSource source) {
        Optional<FileFigures> parsed =
                source.language() == Language.JAVA ? JavaMeasure.measure(source.text()) : Optional.empty();
        return parsed.orElseGet(() -> new FunctionScanner(source).scan());
    }

    static FileFigures of(List<FunctionFigures> functions, int decisionsOutside, boolean parsed) {
        int inside = functions.stream().mapToInt(FunctionFigures::complexity).sum();
        return new FileFigures(functions, inside + (decisionsOutside == 0 ? 0 : 1 + decisionsOutside), parsed);
    }
}
