package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.inventory.SourceFile;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.SourceReader;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.util.List;

/** {@code source-duplicates}: code that stands in more than one place. */
public record DuplicatesTask(WorkFolder work) implements TaskHandler {
    static final int MAX_LISTED = 50;

    record Result(
            String details,
            int linesCompared,
            int duplicatedLines,
            double ratio,
            int blocks,
            int unreadable,
            boolean truncated) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        SourceIndex index = work.index(task);
        List<SourceFile> programs = index.files().stream()
                .filter(file -> file.language().isProgramming())
                .toList();
        DuplicateFinder finder = new DuplicateFinder();
        int unreadable =
                new SourceReader(task, index).read(programs, (file, source) -> finder.add(file.path(), source));
        Duplicates duplicates = finder.find(MAX_LISTED, unreadable);
        return new Result(
                work.write(task, "duplicates", duplicates),
                duplicates.linesCompared(),
                duplicates.duplicatedLines(),
                duplicates.ratio(),
                duplicates.blocks(),
                unreadable,
                duplicates.truncated());
    }
}
