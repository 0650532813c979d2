package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.Sums;
import io.agentorchestrator.agents.source.inventory.IndexPayload;
import io.agentorchestrator.agents.source.inventory.SourceFile;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.SourceReader;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.agents.source.language.FileFigures;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code source-complexity}: size and complexity of the files of some languages. */
public record ComplexityTask(WorkFolder work) implements TaskHandler {
    static final int TOP_FUNCTIONS = 50;

    /**
     * @param languages those to measure; absent: all
     * @param except those to leave to others
     */
    record Payload(
            String index,
            @Nullable List<Language> languages,
            @Nullable List<Language> except) {
        Payload {
            IndexPayload.require("index", index);
        }

        boolean covers(SourceFile file) {
            return (languages == null || languages.contains(file.language()))
                    && (except == null || !except.contains(file.language()));
        }
    }

    record Result(
            String details,
            int files,
            long lines,
            long codeLines,
            long functions,
            long complexity,
            @Nullable FunctionRow mostComplex,
            int unparsed,
            int unreadable) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        Payload payload = task.payloadAs(Payload.class);
        SourceIndex index = work.read(payload.index(), SourceIndex.class);
        List<FileRow> files = new ArrayList<>();
        List<FunctionRow> mostComplex = new ArrayList<>();
        List<FunctionRow> longest = new ArrayList<>();
        int unreadable = new SourceReader(task, index)
                .read(index.files().stream().filter(payload::covers).toList(), (file, source) -> {
                    FileFigures figures = FileFigures.of(source);
                    files.add(new FileRow(file.path(), file.language(), Sums.of(source, figures)));
                    List<FunctionRow> functions = figures.functions().stream()
                            .map(function -> FunctionRow.of(file, function))
                            .toList();
                    addTop(mostComplex, functions, FunctionRow.BY_COMPLEXITY);
                    addTop(longest, functions, FunctionRow.BY_LINES);
                });
        Sums total = Sums.total(files.stream().map(FileRow::sums));
        return new Result(
                work.write(task, "complexity", new Complexity(files, mostComplex, longest, unreadable)),
                total.files(),
                total.lines(),
                total.codeLines(),
                total.functions(),
                total.complexity(),
                mostComplex.isEmpty() ? null : mostComplex.getFirst(),
                total.unparsed(),
                unreadable);
    }

    /** Keeps the first of both, so that memory does not depend on how many functions there are. */
    private static void addTop(List<FunctionRow> best, List<FunctionRow> more, Comparator<FunctionRow> order) {
        best.addAll(more);
        best.sort(order);
        best.subList(Math.min(TOP_FUNCTIONS, best.size()), best.size()).clear();
    }
}
