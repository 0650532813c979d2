package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.problem.ProblemCode;
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

    /** Reads the field; what is no id goes to the findings. */
    static @Nullable Dependencies read(Fields task) {
        List<JsonNode> values = task.array(FIELD);
        if (values == null) {
            return null;
        }
        List<UUID> taskIds = new ArrayList<>(values.size());
        List<Warning> repeated = new ArrayList<>();
        Set<UUID> seen = new HashSet<>();
        for (int index = 0; index < values.size(); index++) {
            if (!values.get(index).isString()) {
                continue;
            }
            Optional<UUID> id = Ids.parse(values.get(index).stringValue());
            if (id.isEmpty()) {
                task.addAt(ProblemCode.INVALID_VALUE, FIELD, index, "a task id, a UUID, is needed");
                continue;
            }
            taskIds.add(id.get());
            if (!seen.add(id.get())) {
                repeated.add(new Warning(
                        Warning.Code.REPEATED_DEPENDENCY,
                        task.pointerTo(FIELD, index),
                        "task %s stands here more than once; it counts once".formatted(id.get())));
            }
        }
        return new Dependencies(taskIds, task.pointerTo(FIELD), repeated);
    }
}
