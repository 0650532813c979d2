package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.json.LosslessJson;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads the ids out of an acknowledgement of a task, a batch or a DAG. */
final class TaskIds {
    private TaskIds() {}

    /** The ids of the tasks, in the order of the answer; empty where it names none. */
    static List<UUID> in(byte[] answer) {
        try {
            JsonNode tree = LosslessJson.tree(answer);
            Collection<String> ids;
            if (tree.has("task_id")) {
                ids = List.of(
                        LosslessJson.read(tree, Answers.AcceptedTask.class).taskId());
            } else if (tree.has("task_ids")) {
                ids = LosslessJson.read(tree, Answers.AcceptedBatch.class).taskIds();
            } else {
                ids = LosslessJson.read(tree, Answers.AcceptedDag.class).tasks().values();
            }
            return ids.stream().map(UUID::fromString).toList();
        } catch (JacksonException | IllegalArgumentException noIds) {
            return List.of();
        }
    }
}
