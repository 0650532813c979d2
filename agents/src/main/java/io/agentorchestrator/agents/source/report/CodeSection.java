package io.agentorchestrator.agents.source.report;

import static io.agentorchestrator.agents.source.report.Markdown.Column.number;
import static io.agentorchestrator.agents.source.report.Markdown.Column.text;
import static io.agentorchestrator.agents.source.report.Markdown.code;
import static io.agentorchestrator.agents.source.report.Markdown.decimal;
import static io.agentorchestrator.agents.source.report.Markdown.number;

import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.LanguageRow;
import io.agentorchestrator.agents.source.language.Language;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Languages, files and functions: how much there is and how complex it is. */
final class CodeSection {
    private static final int TOP_FILES = 15;
    private static final int TOP_FUNCTIONS = 20;
    private static final int TOP_LONG_FUNCTIONS = 10;

    private CodeSection() {}

    static void write(Markdown report, ReviewFigures figures, String languagesChart) {
        report.heading(2, "Languages").image("Lines of code and comment by language", languagesChart);
        languages(report, figures);
        report.heading(2, "Functions");
        bands(report, figures);
        report.heading(3, "Most complex");
        functions(report, figures.mostComplex().stream().limit(TOP_FUNCTIONS).toList());
        report.heading(3, "Longest");
        functions(report, figures.longest().stream().limit(TOP_LONG_FUNCTIONS).toList());
        report.heading(2, "Files");
        report.heading(3, "Largest");
        files(report, figures, Comparator.comparingInt(FileRow::codeLines));
        report.heading(3, "Most complex");
        files(report, figures, Comparator.comparingInt(FileRow::complexity));
    }

    static List<SvgChart.Bar> bars(ReviewFigures figures) {
        return figures.languages().stream()
                .limit(16)
                .map(row -> new SvgChart.Bar(title(row.language()), row.codeLines(), row.commentLines()))
                .toList();
    }

    static String title(String language) {
        return Language.byId(language).map(Language::title).orElse(language);
    }

    private static void languages(Markdown report, ReviewFigures figures) {
        List<List<String>> rows = new ArrayList<>();
        for (LanguageRow row : figures.languages()) {
            boolean programming = Language.byId(row.language())
                    .filter(Language::isProgramming)
                    .isPresent();
            boolean functions = Language.byId(row.language())
                    .filter(Language::findsFunctions)
                    .isPresent();
            rows.add(List.of(
                    title(row.language()),
                    number(row.files()),
                    number(row.codeLines()),
                    number(row.commentLines()),
                    number(row.lines() - row.codeLines() - row.commentLines()),
                    functions ? number(row.functions()) : "–",
                    programming ? number(row.complexity()) : "–",
                    programming && row.codeLines() > 0 ? decimal(100.0 * row.complexity() / row.codeLines()) : "–"));
        }
        rows.add(List.of(
                "**Total**",
                number(figures.sum(LanguageRow::files)),
                number(figures.sum(LanguageRow::codeLines)),
                number(figures.sum(LanguageRow::commentLines)),
                number(figures.sum(row -> row.lines() - row.codeLines() - row.commentLines())),
                number(figures.sum(LanguageRow::functions)),
                number(figures.sum(LanguageRow::complexity)),
                ""));
        report.table(
                List.of(
                        text("Language"),
                        number("Files"),
                        number("Code"),
                        number("Comment"),
                        number("Blank"),
                        number("Functions"),
                        number("Complexity"),
                        number("per 100 lines")),
                rows);
    }

    private static void bands(Markdown report, ReviewFigures figures) {
        report.table(
                List.of(
                        text("Complexity of a function"),
                        number("1–5"),
                        number("6–10"),
                        number("11–20"),
                        number("over 20")),
                List.of(List.of(
                        "Functions",
                        number(figures.sum(LanguageRow::simple)),
                        number(figures.sum(LanguageRow::moderate)),
                        number(figures.sum(LanguageRow::complex)),
                        number(figures.sum(LanguageRow::veryComplex)))));
    }

    private static void functions(Markdown report, List<FunctionRow> functions) {
        if (functions.isEmpty()) {
            report.paragraph("No functions were found.");
            return;
        }
        report.table(
                List.of(text("Function"), text("Where"), number("Complexity"), number("Lines")),
                functions.stream()
                        .map(function -> List.of(
                                code(function.name()),
                                SummarySection.place(function),
                                number(function.complexity()),
                                number(function.lines())))
                        .toList());
    }

    private static void files(Markdown report, ReviewFigures figures, Comparator<FileRow> order) {
        List<List<String>> rows = figures.files().stream()
                .filter(file -> Language.byId(file.language())
                        .filter(Language::isProgramming)
                        .isPresent())
                .sorted(order.reversed().thenComparing(FileRow::path))
                .limit(TOP_FILES)
                .map(file -> List.of(
                        code(file.path()),
                        title(file.language()),
                        number(file.codeLines()),
                        number(file.functions()),
                        number(file.complexity())))
                .toList();
        if (rows.isEmpty()) {
            report.paragraph("There is no program code.");
            return;
        }
        report.table(
                List.of(text("File"), text("Language"), number("Code"), number("Functions"), number("Complexity")),
                rows);
    }
}
