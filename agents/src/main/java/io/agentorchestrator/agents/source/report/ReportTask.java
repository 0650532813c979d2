package io.agentorchestrator.agents.source.report;

import static java.util.stream.Collectors.toMap;

import io.agentorchestrator.agents.source.analysis.Complexity;
import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.Sums;
import io.agentorchestrator.agents.source.analysis.Duplicates;
import io.agentorchestrator.agents.source.analysis.History;
import io.agentorchestrator.agents.source.analysis.HotSpots;
import io.agentorchestrator.agents.source.analysis.Notes;
import io.agentorchestrator.agents.source.inventory.IndexPayload;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.agents.source.manifests.Manifests;
import io.agentorchestrator.agents.source.report.ReviewFigures.LanguageRow;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code source-report}: joins what the other tasks measured and writes it down for people. */
public final class ReportTask implements TaskHandler {
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
            IndexPayload.require("index", index);
            IndexPayload.require("complexity", complexity);
            IndexPayload.require("duplicates", duplicates);
            IndexPayload.require("notes", notes);
            IndexPayload.require("dependencies", dependencies);
            IndexPayload.require("history", history);
            IndexPayload.require("hot_spots", hotSpots);
            complexity = List.copyOf(complexity);
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
            ReportTemplates.write("languages.svg.ftlx", figures, folder.resolve("languages.svg"));
        }
        if (!figures.hotSpots().files().isEmpty()) {
            ReportTemplates.write("hot-spots.svg.ftlx", figures, folder.resolve("hot-spots.svg"));
        }
        Path report = folder.resolve("report.md");
        ReportTemplates.write("report.md.ftl", figures, report);
        return result(report, figures);
    }

    private ReviewFigures join(Payload payload) throws IOException {
        List<Complexity> parts = new ArrayList<>();
        for (String path : payload.complexity()) {
            parts.add(work.read(path, Complexity.class));
        }
        List<FileRow> files = joined(parts, Complexity::files, Comparator.comparing(FileRow::path));
        Map<Language, Sums> languages = files.stream().collect(toMap(FileRow::language, FileRow::sums, Sums::plus));
        return new ReviewFigures(
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString(),
                work.read(payload.index(), SourceIndex.class),
                languages.entrySet().stream()
                        .map(entry -> new LanguageRow(entry.getKey(), entry.getValue()))
                        .sorted(LanguageRow.MOST_CODE)
                        .toList(),
                Sums.total(languages.values().stream()),
                files,
                joined(parts, Complexity::mostComplex, FunctionRow.BY_COMPLEXITY),
                joined(parts, Complexity::longest, FunctionRow.BY_LINES),
                parts.stream().mapToInt(Complexity::unreadable).sum(),
                work.read(payload.duplicates(), Duplicates.class),
                work.read(payload.notes(), Notes.class),
                work.read(payload.dependencies(), Manifests.class).manifests(),
                work.read(payload.history(), History.class),
                work.read(payload.hotSpots(), HotSpots.class));
    }

    private static <T> List<T> joined(List<Complexity> parts, Function<Complexity, List<T>> rows, Comparator<T> order) {
        return parts.stream()
                .flatMap(part -> rows.apply(part).stream())
                .sorted(order)
                .toList();
    }

    private static Result result(Path report, ReviewFigures figures) {
        return new Result(
                report.toString(),
                figures.index().root(),
                figures.files().size(),
                figures.total().codeLines(),
                figures.total().functions(),
                Math.round(figures.total().averageComplexity() * 100) / 100.0,
                figures.total().functionsAboveTen(),
                figures.mostComplex().isEmpty()
                        ? null
                        : figures.mostComplex().getFirst().name(),
                Math.round(figures.duplicates().ratio() * 10_000) / 10_000.0,
                figures.notes().total(),
                figures.outside().size(),
                figures.hotSpots().files().isEmpty()
                        ? null
                        : figures.hotSpots().files().getFirst().path());
    }
}
