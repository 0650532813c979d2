package io.agentorchestrator.agents.source.language;

import java.util.List;

/**
 * One measured file.
 *
 * @param path relative to the analysed directory
 * @param complexity of all its functions together, and 1 and one for each decision where decisions stand outside functions
 * @param parsed false where a parser was meant to measure but could not read the file, so that the lexer did
 */
public record FileFigures(
        String path,
        Language language,
        int lines,
        int codeLines,
        int commentLines,
        int complexity,
        boolean parsed,
        List<FunctionFigures> functions) {
    public FileFigures {
        functions = List.copyOf(functions);
    }
}
