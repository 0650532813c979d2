package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.language.FileFigures;
import io.agentorchestrator.agents.source.language.FunctionFigures;
import java.util.Comparator;
import java.util.List;

/**
 * Size and complexity of the files of some languages.
 *
 * @param files every measured file, sorted by path
 * @param mostComplex functions, at most {@link ComplexityTask#TOP_FUNCTIONS}
 * @param longest functions, as many
 * @param unreadable files that could not be read
 */
public record Complexity(
        List<LanguageRow> languages,
        List<FileRow> files,
        List<FunctionRow> mostComplex,
        List<FunctionRow> longest,
        int unreadable) {
    public Complexity {
        languages = List.copyOf(languages);
        files = List.copyOf(files);
        mostComplex = List.copyOf(mostComplex);
        longest = List.copyOf(longest);
    }

    /**
     * One language's sums.
     *
     * @param functionComplexity the part of the complexity that is in functions
     * @param simple functions of complexity 1 to 5; the next three: to 10, to 20, above
     * @param unparsed files that the language's parser could not read, measured by the lexer instead
     */
    public record LanguageRow(
            String language,
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
        static LanguageRow of(FileFigures file) {
            List<FunctionFigures> functions = file.functions();
            return new LanguageRow(
                    file.language(),
                    1,
                    file.lines(),
                    file.codeLines(),
                    file.commentLines(),
                    functions.size(),
                    file.complexity(),
                    functions.stream().mapToInt(FunctionFigures::complexity).sum(),
                    within(functions, 1, 5),
                    within(functions, 6, 10),
                    within(functions, 11, 20),
                    within(functions, 21, Integer.MAX_VALUE),
                    file.parsed() ? 0 : 1);
        }

        private static int within(List<FunctionFigures> functions, int least, int most) {
            return (int) functions.stream()
                    .filter(function -> function.complexity() >= least && function.complexity() <= most)
                    .count();
        }

        /** The sums of several languages, under no language's name. */
        public static LanguageRow total(List<LanguageRow> rows) {
            return rows.stream().reduce(new LanguageRow("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), LanguageRow::plus);
        }

        LanguageRow plus(LanguageRow other) {
            return new LanguageRow(
                    language,
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
    public record FileRow(
            String path, String language, int lines, int codeLines, int commentLines, int functions, int complexity) {}

    /** One function or method. */
    public record FunctionRow(String path, String language, String name, int line, int lines, int complexity) {
        /** The most complex first. */
        public static final Comparator<FunctionRow> BY_COMPLEXITY = Comparator.comparingInt(FunctionRow::complexity)
                .thenComparingInt(FunctionRow::lines)
                .reversed()
                .thenComparing(FunctionRow::path)
                .thenComparingInt(FunctionRow::line);
        /** The longest first. */
        public static final Comparator<FunctionRow> BY_LINES = Comparator.comparingInt(FunctionRow::lines)
                .thenComparingInt(FunctionRow::complexity)
                .reversed()
                .thenComparing(FunctionRow::path)
                .thenComparingInt(FunctionRow::line);
    }
}
