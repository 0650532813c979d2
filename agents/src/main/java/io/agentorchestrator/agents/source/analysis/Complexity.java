package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.inventory.SourceFile;
import io.agentorchestrator.agents.source.language.FileFigures;
import io.agentorchestrator.agents.source.language.FunctionFigures;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.agents.source.language.LexedSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Size and complexity of the files of some languages.
 *
 * @param files every measured file, sorted by path
 * @param mostComplex functions, at most {@link ComplexityTask#TOP_FUNCTIONS}
 * @param longest functions, as many
 * @param unreadable files that could not be read
 */
public record Complexity(
        List<FileRow> files, List<FunctionRow> mostComplex, List<FunctionRow> longest, int unreadable) {
    public Complexity {
        files = List.copyOf(files);
        mostComplex = List.copyOf(mostComplex);
        longest = List.copyOf(longest);
    }

    /**
     * Figures of one file, or sums over those of a language or of several.
     *
     * @param functionComplexity the part of the complexity that is in functions
     * @param simple functions of complexity 1 to 5; the next three: to 10, to 20, above
     * @param unparsed files that the language's parser could not read, measured by the lexer instead
     */
    public record Sums(
            int files,
            int lines,
            int codeLines,
            int commentLines,
            int functions,
            int complexity,
            int functionComplexity,
            int simple,
            int moderate,
            int complex,
            int veryComplex,
            int unparsed) {
        static Sums of(LexedSource source, FileFigures figures) {
            List<FunctionFigures> functions = figures.functions();
            return new Sums(
                    1,
                    source.lines(),
                    source.codeLines(),
                    source.commentLines(),
                    functions.size(),
                    figures.complexity(),
                    functions.stream().mapToInt(FunctionFigures::complexity).sum(),
                    within(functions, 1, 5),
                    within(functions, 6, 10),
                    within(functions, 11, 20),
                    within(functions, 21, Integer.MAX_VALUE),
                    figures.parsed() ? 0 : 1);
        }

        private static int within(List<FunctionFigures> functions, int least, int most) {
            return (int) functions.stream()
                    .filter(function -> function.complexity() >= least && function.complexity() <= most)
                    .count();
        }

        public static Sums total(Stream<Sums> parts) {
            return parts.reduce(new Sums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Sums::plus);
        }

        public Sums plus(Sums other) {
            return new Sums(
                    files + other.files,
                    lines + other.lines,
                    codeLines + other.codeLines,
                    commentLines + other.commentLines,
                    functions + other.functions,
                    complexity + other.complexity,
                    functionComplexity + other.functionComplexity,
                    simple + other.simple,
                    moderate + other.moderate,
                    complex + other.complex,
                    veryComplex + other.veryComplex,
                    unparsed + other.unparsed);
        }

        public int blankLines() {
            return lines - codeLines - commentLines;
        }

        public double averageComplexity() {
            return functions == 0 ? 0 : (double) functionComplexity / functions;
        }

        /** Functions whose complexity is above 10, which is where McCabe drew the line. */
        public int functionsAboveTen() {
            return complex + veryComplex;
        }
    }

    /** One file. */
    public record FileRow(String path, Language language, Sums sums) {}

    /** One function or method. */
    public record FunctionRow(String path, Language language, String name, int line, int lines, int complexity) {
        /** The most complex first. */
        public static final Comparator<FunctionRow> BY_COMPLEXITY =
                greatest(FunctionRow::complexity, FunctionRow::lines);
        /** The longest first. */
        public static final Comparator<FunctionRow> BY_LINES = greatest(FunctionRow::lines, FunctionRow::complexity);

        private static Comparator<FunctionRow> greatest(
                ToIntFunction<FunctionRow> figure, ToIntFunction<FunctionRow> then) {
            return Comparator.comparingInt(figure)
                    .thenComparingInt(then)
                    .reversed()
                    .thenComparing(FunctionRow::path)
                    .thenComparingInt(FunctionRow::line);
        }

        static FunctionRow of(SourceFile file, FunctionFigures function) {
            return new FunctionRow(
                    file.path(),
                    file.language(),
                    function.name(),
                    function.line(),
                    function.lines(),
                    function.complexity());
        }
    }
}
