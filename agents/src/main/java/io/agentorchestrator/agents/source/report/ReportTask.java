package io.agentorchestrator.agents.source.report;

import io.agentorchestrator.agents.source.analysis.Complexity;
import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.LanguageRow;
import io.agentorchestrator.agents.source.analysis.Duplicates;
import io.agentorchestrator.agents.source.analysis.History;
import io.agentorchestrator.agents.source.analysis.HotSpots;
import io.agentorchestrator.agents.source.analysis.Notes;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.agents.source.manifests.Manifests;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code source-report}: joins what the other tasks measured and writes it down for people. */
public final class ReportTask implements TaskHandler {
    static final String REPORT = "report.md";
    static final String LANGUAGES_CHART = "languages.svg";
    static final String HOT_SPOTS_CHART = "hot-spots.svg";

    /** Paths of what the tasks before left in the work folder. */
    record Payload(
            String index,
            List<String> complexity,
            String duplicates,
            String notes,
            String dependencies,
            String history,
            String hotSpots) {
        Payload {
            require("index", index);
            require("complexity", complexity);
            require("duplicates", duplicates);
            require("notes", notes);
            require("dependencies", dependencies);
            require("history", history);
            require("hot_spots", hotSpots);
            complexity = List.copyOf(complexity);
        }

        private static void require(String field, @Nullable Object value) {
            if (value == null) {
                throw new IllegalArgumentException("field \"" + field + "\" is missing");
            }
        }
    }

    record Result(
            String report,
            String directory,
            int files,
            long codeLines,
            long functions,
            double averageComplexity,
            long functionsAboveTen,
            @Nullable String mostComplexFunction,
            double duplicatedRatio,
            int todoNotes,
            long dependencies,
            @Nullable String hottestFile) {}

    private final WorkFolder work;
    private final InstantSource clock;

    public ReportTask(WorkFolder work, InstantSource clock) {
        this.work = work;
        this.clock = clock;
    }

    @Override
    public Object handle(TaskContext task) throws Exception {
        ReviewFigures figures = join(task.payloadAs(Payload.class));
        Path folder = Files.createDirectories(
                work.reports().resolve(figures.index().name() + "-" + WorkFolder.shortId(task)));
        if (!figures.languages().isEmpty()) {
            write(
                    folder.resolve(LANGUAGES_CHART),
                    SvgChart.bars("Lines by language", "code", "comment", CodeSection.bars(figures)));
        }
        if (!figures.hotSpots().files().isEmpty()) {
            write(
                    folder.resolve(HOT_SPOTS_CHART),
                    SvgChart.scatter("Hot spots", "commits", "complexity", HotSpotsSection.points(figures)));
        }
        Path report = folder.resolve(REPORT);
        write(report, text(figures));
        return result(report, figures);
    }

    private ReviewFigures join(Payload payload) throws IOException {
        List<LanguageRow> languages = new ArrayList<>();
        List<FileRow> files = new ArrayList<>();
        List<FunctionRow> mostComplex = new ArrayList<>();
        List<FunctionRow> longest = new ArrayList<>();
        int unreadable = 0;
        for (String path : payload.complexity()) {
            Complexity part = work.read(path, Complexity.class);
            languages.addAll(part.languages());
            files.addAll(part.files());
            mostComplex.addAll(part.mostComplex());
            longest.addAll(part.longest());
            unreadable += part.unreadable();
        }
        languages.sort(
                Comparator.comparingInt(LanguageRow::codeLines).reversed().thenComparing(LanguageRow::language));
        mostComplex.sort(FunctionRow.BY_COMPLEXITY);
        longest.sort(FunctionRow.BY_LINES);
        return new ReviewFigures(
                work.read(payload.index(), SourceIndex.class),
                languages,
                files,
                mostComplex,
                longest,
                unreadable,
                work.read(payload.duplicates(), Duplicates.class),
                work.read(payload.notes(), Notes.class),
                work.read(payload.dependencies(), Manifests.class),
                work.read(payload.history(), History.class),
                work.read(payload.hotSpots(), HotSpots.class));
    }

    private String text(ReviewFigures figures) {
        Markdown report = new Markdown();
        report.heading(1, "Code review of " + Markdown.plain(figures.index().name()));
        report.paragraph("Directory " + Markdown.code(figures.index().root()) + ", measured on "
                + clock.instant().atOffset(ZoneOffset.UTC).toLocalDate() + ".");
        SummarySection.write(report, figures);
        if (!figures.files().isEmpty()) {
            CodeSection.write(report, figures, LANGUAGES_CHART);
            DuplicatesSection.write(report, figures);
        }
        DependenciesSection.write(report, figures);
        if (!figures.files().isEmpty()) {
            HotSpotsSection.write(report, figures, HOT_SPOTS_CHART);
        }
        MethodSection.write(report, figures);
        return report.toString();
    }

    private static Result result(Path report, ReviewFigures figures) {
        return new Result(
                report.toString(),
                figures.index().root(),
                figures.files().size(),
                figures.sum(LanguageRow::codeLines),
                figures.sum(LanguageRow::functions),
                Math.round(figures.averageComplexity() * 100) / 100.0,
                figures.functionsAboveTen(),
                figures.mostComplex().isEmpty()
                        ? null
                        : figures.mostComplex().getFirst().name(),
                Math.round(figures.duplicates().ratio() * 10_000) / 10_000.0,
                figures.notes().total(),
                figures.distinctDependencies(),
                figures.hotSpots().files().isEmpty()
                        ? null
                        : figures.hotSpots().files().getFirst().path());
    }

    /** A reader never sees half a file, and a second attempt replaces what the first one wrote. */
    private static void write(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(file.getParent(), "unfinished", ".tmp");
        try {
            Files.writeString(unfinished, text);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
