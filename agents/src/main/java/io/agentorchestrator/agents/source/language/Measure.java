package io.agentorchestrator.agents.source.language;

import java.util.Optional;

/** Measures one file: Java by its syntax tree where that can be had, everything else by tokens. */
public final class Measure {
    private Measure() {}

    /**
     * The figures of one file.
     *
     * @param path as it shall stand in the figures
     */
    public static FileFigures measure(String path, LexedSource source, String text) {
        Language language = source.language();
        Optional<FunctionScanner.Functions> parsed =
                language == Language.JAVA ? JavaMeasure.measure(text) : Optional.empty();
        FunctionScanner.Functions functions = parsed.orElseGet(() -> new FunctionScanner(source).scan());
        return new FileFigures(
                path,
                language,
                source.lines(),
                source.codeLines(),
                source.commentLines(),
                functions.complexity(),
                language != Language.JAVA || parsed.isPresent(),
                functions.functions());
    }
}
