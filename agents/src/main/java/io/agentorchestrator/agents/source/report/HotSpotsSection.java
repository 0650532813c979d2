package io.agentorchestrator.agents.source.report;

import static io.agentorchestrator.agents.source.report.Markdown.code;
import static io.agentorchestrator.agents.source.report.Markdown.number;

import io.agentorchestrator.agents.source.report.Markdown.Column;
import java.util.List;

/** Files that are complex and keep changing: where bugs are made. */
final class HotSpotsSection {
    private static final int TOP = 20;
    private static final int POINTS = 100;

    private HotSpotsSection() {}

    static void write(Markdown report, ReviewFigures figures, String chart) {
        report.heading(2, "Hot spots");
        if (!figures.hotSpots().available()) {
            report.paragraph("There is no git history to find hot spots in: "
                    + figures.history().note() + ".");
            return;
        }
        if (figures.hotSpots().files().isEmpty()) {
            report.paragraph("No file with decisions in it was ever changed.");
            return;
        }
        report.paragraph("Commits that changed a file, times its complexity. What is both complex and often changed is"
                + " where simplifying pays first.");
        report.image("Commits and complexity by file", chart);
        report.table(
                List.of(
                        Column.text("File"),
                        Column.number("Commits"),
                        Column.number("Lines changed"),
                        Column.number("Authors"),
                        Column.number("Complexity"),
                        Column.number("Score")),
                figures.hotSpots().files().stream()
                        .limit(TOP)
                        .map(file -> List.of(
                                code(file.path()),
                                number(file.commits()),
                                number(file.changedLines()),
                                number(file.authors()),
                                number(file.complexity()),
                                number(file.score())))
                        .toList());
    }

    static List<SvgChart.Point> points(ReviewFigures figures) {
        return figures.hotSpots().files().stream()
                .limit(POINTS)
                .map(file -> new SvgChart.Point(file.path(), file.commits(), file.complexity()))
                .toList();
    }
}
