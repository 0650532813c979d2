package io.agentorchestrator.api.submission;

import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds the limits that count submitted tasks. Thread-safe. */
@Component
final class TaskLimits {
    private static final JsonNode NO_INPUTS = JsonNodeFactory.instance.objectNode();
    private static final int MAX_WARNINGS = 100;

    private final LiveLimits limits;

    TaskLimits(LiveLimits limits) {
        this.limits = limits;
    }

    /** The keys of a task in no DAG, whose payload is taken as it is. */
    LimitKeys ofStandalone(TaskFields task) {
        return of(task, false, NO_INPUTS);
    }

    /** The keys of a task of a DAG; what its payload takes from the inputs is known, what it takes from results is not. */
    LimitKeys inDag(PlannedDag planned, int index) {
        return of(
                planned.spec().tasks().get(index).fields(),
                planned.withTemplates().get(index),
                planned.spec().inputs());
    }

    private LimitKeys of(TaskFields task, boolean hasTemplates, JsonNode inputs) {
        List<CapacityLimit> all = limits.all();
        Map<String, String> labels = task.labelsOrNone();
        return all.isEmpty()
                ? LimitKeys.NONE
                : LimitKeys.of(
                        all,
                        new LimitKeys.Source(
                                task.requiredType(),
                                labels::get,
                                task.payloadOrEmpty().tree()::get,
                                hasTemplates,
                                inputs));
    }

    /** Names the tasks that a limit does not count since their keys are in results of others. */
    List<Warning> warnings(PlannedDag planned) {
        List<Warning> warnings = new ArrayList<>();
        for (int index = 0; index < planned.spec().tasks().size() && warnings.size() < MAX_WARNINGS; index++) {
            for (String limit : inDag(planned, index).unknown()) {
                warnings.add(new Warning(
                        Warning.Code.LIMIT_KEY_UNKNOWN,
                        planned.spec()
                                .tasks()
                                .get(index)
                                .fields()
                                .payloadOrEmpty()
                                .pointer(),
                        "limit '%s' does not count this task: the value that it looks at is in the result of another task; have it look at a label"
                                .formatted(limit)));
            }
        }
        return warnings;
    }
}
