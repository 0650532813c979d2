package io.agentorchestrator.agents.source;

import io.agentorchestrator.agents.source.analysis.ComplexityTask;
import io.agentorchestrator.agents.source.analysis.DuplicatesTask;
import io.agentorchestrator.agents.source.analysis.HistoryTask;
import io.agentorchestrator.agents.source.analysis.HotSpotsTask;
import io.agentorchestrator.agents.source.analysis.NotesTask;
import io.agentorchestrator.agents.source.inventory.InventoryTask;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.agents.source.manifests.DependenciesTask;
import io.agentorchestrator.agents.source.report.ReportTask;
import io.agentorchestrator.sdk.TaskHandler;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The handlers of the source agent, by task type. */
public final class SourceHandlers {
    private SourceHandlers() {}

    /**
     * The handlers by task type.
     *
     * @param reports where reports and work files go; all source agents have to share it
     */
    public static SequencedMap<String, TaskHandler> all(Path reports) {
        return all(reports, InstantSource.system());
    }

    static SequencedMap<String, TaskHandler> all(Path reports, InstantSource clock) {
        WorkFolder work = new WorkFolder(reports);
        SequencedMap<String, TaskHandler> handlers = new LinkedHashMap<>();
        handlers.put("source-inventory", new InventoryTask(work));
        handlers.put("source-complexity", new ComplexityTask(work));
        handlers.put("source-duplicates", new DuplicatesTask(work));
        handlers.put("source-notes", new NotesTask(work));
        handlers.put("source-dependencies", new DependenciesTask(work));
        handlers.put("source-history", new HistoryTask(work));
        handlers.put("source-hot-spots", new HotSpotsTask(work));
        handlers.put("source-report", new ReportTask(work, clock));
        return handlers;
    }
}
