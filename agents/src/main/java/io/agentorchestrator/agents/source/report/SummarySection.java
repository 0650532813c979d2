package io.agentorchestrator.agents.source.report;

import static io.agentorchestrator.agents.source.report.Markdown.code;
import static io.agentorchestrator.agents.source.report.Markdown.count;
import static io.agentorchestrator.agents.source.report.Markdown.decimal;
import static io.agentorchestrator.agents.source.report.Markdown.number;
import static io.agentorchestrator.agents.source.report.Markdown.percent;

import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.LanguageRow;
import io.agentorchestrator.agents.source.analysis.Duplicates.Block;
import io.agentorchestrator.agents.source.analysis.HotSpots.HotSpot;
import java.util.ArrayList;
import java.util.List;

/** The first screen: the figures in sentences, and where to look first. */
final class SummarySection {
    /** From here on a function is worth naming. */
    private static final int REMARKABLE_COMPLEXITY = 11;

    private SummarySection() {}

    static void write(Markdown report, ReviewFigures figures) {
        report.heading(2, "Summary");
        if (figures.files().isEmpty()) {
            report.paragraph("There are no source files in this directory, so there is nothing to measure.");
            return;
        }
        report.bullets(sentences(figures));
        List<String> first = lookFirst(figures);
        if (!first.isEmpty()) {
            report.paragraph("**Where to look first**").numbered(first);
        }
    }

    private static List<String> sentences(ReviewFigures figures) {
        long code = figures.sum(LanguageRow::codeLines);
        long comment = figures.sum(LanguageRow::commentLines);
        long functions = figures.sum(LanguageRow::functions);
        List<String> sentences = new ArrayList<>();
        sentences.add("**" + count(figures.files().size(), "source file") + "** in "
                + count(figures.languages().size(), "language") + ", **" + count(code, "line") + " of code** and "
                + count(comment, "line") + " of comment (" + percent(ratio(comment, code + comment)) + ").");
        sentences.add("**" + count(functions, "function") + "** with an average cyclomatic complexity of **"
                + decimal(figures.averageComplexity()) + "**; " + number(figures.functionsAboveTen()) + " ("
                + percent(ratio(figures.functionsAboveTen(), functions)) + ") above 10.");
        sentences.add("**" + percent(figures.duplicates().ratio()) + " of the code is repeated** ("
                + count(figures.duplicates().duplicatedLines(), "line") + " in "
                + count(figures.duplicates().blocks(), "block") + ").");
        sentences.add("**" + count(figures.notes().total(), "to-do note") + "** in comments.");
        sentences.add("**" + number(figures.distinctDependencies()) + " "
                + (figures.distinctDependencies() == 1 ? "dependency" : "dependencies") + "** declared in "
                + count(figures.manifests().manifests().size(), "manifest") + ".");
        sentences.add(history(figures));
        return sentences;
    }

    private static String history(ReviewFigures figures) {
        if (!figures.history().available()) {
            return "No history: " + figures.history().note() + ".";
        }
        return "**" + count(figures.history().commits(), "commit") + "** by "
                + count(figures.history().authors(), "author") + " from "
                + figures.history().from() + " to " + figures.history().to() + ".";
    }

    private static List<String> lookFirst(ReviewFigures figures) {
        List<String> places = new ArrayList<>();
        if (!figures.hotSpots().files().isEmpty()) {
            HotSpot hottest = figures.hotSpots().files().getFirst();
            places.add(code(hottest.path()) + " is the hottest file: complexity " + number(hottest.complexity())
                    + ", changed in " + count(hottest.commits(), "commit") + ".");
        }
        if (!figures.mostComplex().isEmpty()
                && figures.mostComplex().getFirst().complexity() >= REMARKABLE_COMPLEXITY) {
            FunctionRow function = figures.mostComplex().getFirst();
            places.add(code(function.name()) + " in " + place(function) + " is the most complex function: complexity "
                    + number(function.complexity()) + " in " + count(function.lines(), "line") + ".");
        }
        if (!figures.duplicates().longest().isEmpty()) {
            Block block = figures.duplicates().longest().getFirst();
            places.add("The longest repetition is " + count(block.lines(), "line") + " of code: "
                    + DuplicatesSection.place(block.first()) + " and " + DuplicatesSection.place(block.copy()) + ".");
        }
        return places;
    }

    static String place(FunctionRow function) {
        return code(function.path() + ":" + function.line());
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
