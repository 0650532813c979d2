package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.Sums;
import io.agentorchestrator.agents.source.inventory.IndexPayload;
import io.agentorchestrator.agents.source.inventory.SourceFile;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.SourceReader;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.agents.source.language.Measure;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code source-complexity}: size and complexity of the files of some languages. */
public final class ComplexityTask implements TaskHandler {
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

    private final WorkFolder work;

    public ComplexityTask(WorkFolder work) {
        this.work = work;
    }

    @Override
    public Object handle(TaskContext task) throws Exception {
        Payload payload = task.payloadAs(Payload.class);
        SourceIndex index = work.read(payload.index(), SourceIndex.class);
        List<SourceFile> files = index.files().stream().filter(payload::covers).toList();
        ComplexitySum sum = new ComplexitySum(TOP_FUNCTIONS);
        int unreadable = new SourceReader(task, index)
                .read(files, (file, source, text) -> sum.add(Measure.measure(file.path(), source, text)));
        Complexity complexity = sum.sum(unreadable);
        Sums total = Sums.total(complexity.languages().values());
        return new Result(
                work.write(task, "complexity", complexity),
                complexity.files().size(),
                total.lines(),
                total.codeLines(),
                total.functions(),
                total.complexity(),
                complexity.mostComplex().isEmpty()
                        ? null
                        : complexity.mostComplex().getFirst(),
                total.unparsed(),
                unreadable);
    }
}
