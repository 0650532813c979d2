package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.HotSpots.HotSpot;
import io.agentorchestrator.agents.source.inventory.IndexPayload;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code source-hot-spots}: joins how often files change with how complex they are. */
public record HotSpotsTask(WorkFolder work) implements TaskHandler {
    static final int MAX_LISTED = 100;

    record Payload(String history, List<String> complexity) {
        Payload {
            IndexPayload.require("history", history);
            IndexPayload.require("complexity", complexity);
            complexity = List.copyOf(complexity);
        }
    }

    record Result(
            String details,
            boolean available,
            int hotSpots,
            @Nullable HotSpot hottest) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        Payload payload = task.payloadAs(Payload.class);
        History history = work.read(payload.history(), History.class);
        List<HotSpot> files = join(history, complexities(payload.complexity()));
        HotSpots hotSpots =
                new HotSpots(history.available(), history.note(), files.subList(0, Math.min(MAX_LISTED, files.size())));
        return new Result(
                work.write(task, "hot-spots", hotSpots),
                hotSpots.available(),
                files.size(),
                files.isEmpty() ? null : files.getFirst());
    }

    private Map<String, Integer> complexities(List<String> paths) throws IOException {
        Map<String, Integer> complexities = new HashMap<>();
        for (String path : paths) {
            for (Complexity.FileRow file : work.read(path, Complexity.class).files()) {
                complexities.put(file.path(), file.sums().complexity());
            }
        }
        return complexities;
    }

    private static List<HotSpot> join(History history, Map<String, Integer> complexities) {
        List<HotSpot> files = new ArrayList<>();
        for (History.FileChurn churn : history.files()) {
            int complexity = complexities.getOrDefault(churn.path(), 0);
            if (complexity > 0) {
                files.add(new HotSpot(
                        churn.path(),
                        churn.commits(),
                        churn.addedLines() + churn.deletedLines(),
                        churn.authors(),
                        complexity,
                        (long) churn.commits() * complexity));
            }
        }
        files.sort(Comparator.comparingLong(HotSpot::score).reversed().thenComparing(HotSpot::path));
        return files;
    }
}
