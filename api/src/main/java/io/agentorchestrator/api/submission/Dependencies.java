package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.workflows.model.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tasks that were submitted earlier and have to complete first; those of the same DAG are named by {@code depends_on}.
 *
 * @param taskIds as they stand there, some more than once perhaps
 * @param pointer where they stand in the request
 * @param repeated those that stand there more than once
 */
public record Dependencies(List<UUID> taskIds, String pointer, List<Warning> repeated) {
    /** Of a task that has none. */
    public static final Dependencies NONE = new Dependencies(List.of(), "", List.of());

    private static final String FIELD = "dependencies";

    public Dependencies {
        taskIds = List.copyOf(taskIds);
        repeated = List.copyOf(repeated);
    }

    /** Each of them once. */
    List<UUID> distinct() {
        return taskIds.stream().distinct().toList();
    }

    /** Reads the field; what is wrong with it goes to the findings. */
    static @Nullable Dependencies read(Fields task) {
        List<JsonNode> values = task.array(FIELD);
        if (values == null) {
            return null;
        }
        if (values.size() > Limits.MAX_DEPENDENCIES) {
            task.add(
                    ProblemCode.TOO_MANY_DEPENDENCIES,
                    FIELD,
                    "at most %,d are allowed, not %,d".formatted(Limits.MAX_DEPENDENCIES, values.size()));
            return null;
        }
        List<UUID> taskIds = new ArrayList<>(values.size());
        List<Warning> repeated = new ArrayList<>();
        Set<UUID> seen = new HashSet<>();
        for (int index = 0; index < values.size(); index++) {
            JsonNode value = values.get(index);
            Optional<UUID> id = value.isString() ? Ids.parse(value.stringValue()) : Optional.empty();
            if (!value.isString()) {
                task.addAt(ProblemCode.INVALID_TYPE, FIELD, index, "a task id, a string, is needed");
            } else if (id.isEmpty()) {
                task.addAt(ProblemCode.INVALID_VALUE, FIELD, index, "a task id, a UUID, is needed");
            } else {
                taskIds.add(id.get());
                if (!seen.add(id.get())) {
                    repeated.add(new Warning(
                            Warning.Code.REPEATED_DEPENDENCY,
                            task.pointerTo(FIELD, index),
                            "task %s stands here more than once; it counts once".formatted(id.get())));
                }
            }
        }
        return new Dependencies(taskIds, task.pointerTo(FIELD), repeated);
    }
}
