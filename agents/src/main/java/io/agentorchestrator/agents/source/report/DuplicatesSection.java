package io.agentorchestrator.agents.source.report;

import static io.agentorchestrator.agents.source.report.Markdown.code;
import static io.agentorchestrator.agents.source.report.Markdown.count;
import static io.agentorchestrator.agents.source.report.Markdown.number;
import static io.agentorchestrator.agents.source.report.Markdown.percent;

import io.agentorchestrator.agents.source.analysis.Duplicates;
import io.agentorchestrator.agents.source.analysis.Duplicates.Place;
import io.agentorchestrator.agents.source.analysis.Notes;
import io.agentorchestrator.agents.source.report.Markdown.Column;
import java.util.List;
import java.util.stream.Collectors;

/** Repeated code, and the notes that people left to themselves. */
final class DuplicatesSection {
    private static final int TOP_BLOCKS = 15;
    private static final int TOP_NOTES = 40;

    private DuplicatesSection() {}

    static void write(Markdown report, ReviewFigures figures) {
        duplicates(report, figures.duplicates());
        notes(report, figures.notes());
    }

    static String place(Place place) {
        return code(place.path() + ":" + place.fromLine() + "-" + place.toLine());
    }

    private static void duplicates(Markdown report, Duplicates duplicates) {
        report.heading(2, "Duplicates");
        if (duplicates.blocks() == 0) {
            report.paragraph("No stretch of 10 lines of code or more stands in two places.");
            return;
        }
        report.paragraph(number(duplicates.duplicatedLines()) + " of " + number(duplicates.linesCompared())
                + " compared lines of code (" + percent(duplicates.ratio()) + ") repeat an earlier place, in "
                + count(duplicates.blocks(), "block") + ". The longest:");
        report.table(
                List.of(Column.number("Lines of code"), Column.text("First"), Column.text("Repeated in")),
                duplicates.longest().stream()
                        .limit(TOP_BLOCKS)
                        .map(block -> List.of(number(block.lines()), place(block.first()), place(block.copy())))
                        .toList());
    }

    private static void notes(Markdown report, Notes notes) {
        report.heading(2, "To-do notes");
        if (notes.total() == 0) {
            report.paragraph("No comment says TODO, FIXME, HACK or XXX.");
            return;
        }
        String kinds = notes.byKind().entrySet().stream()
                .map(kind -> number(kind.getValue()) + " " + kind.getKey())
                .collect(Collectors.joining(", "));
        String which = notes.total() > TOP_NOTES ? " The first " + TOP_NOTES + " by path:" : "";
        report.paragraph(count(notes.total(), "note") + ": " + kinds + "." + which);
        report.table(
                List.of(Column.text("Where"), Column.text("Note")),
                notes.notes().stream()
                        .limit(TOP_NOTES)
                        .map(note -> List.of(code(note.path() + ":" + note.line()), Markdown.plain(note.text())))
                        .toList());
    }
}
