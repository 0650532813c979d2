package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.workflows.model.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the {@code tasks} of a DAG or a batch. */
final class TaskListReader {
    /** Dependencies on tasks submitted earlier, over all tasks of one submission: each is a row of its commit. */
    static final int MAX_DEPENDENCIES_ALTOGETHER = 50_000;

    private static final String TASKS = "tasks";
    private static final String TASK_TYPE = "task_type";

    private final ValidationErrors findings;
    private final TaskFields defaults;
    private final boolean haveDefaults;
    private final Instant now;
    private long payloadBytes;
    private long dependencies;

    private TaskListReader(ValidationErrors findings, @Nullable TaskFields defaults, Instant now) {
        this.findings = findings;
        this.haveDefaults = defaults != null;
        this.defaults = defaults == null ? TaskFields.NONE : defaults;
        this.now = now;
    }

    /** Reads tasks of a batch, each of which says its type. */
    static TaskListReader ofBatch(ValidationErrors findings, Instant now) {
        return new TaskListReader(findings, null, now);
    }

    /** Reads tasks of a DAG, whose types may be in its defaults. */
    static TaskListReader ofDag(ValidationErrors findings, TaskFields defaults, Instant now) {
        return new TaskListReader(findings, defaults, now);
    }

    /** The tasks; what is wrong with them is among the findings. */
    List<DagTaskSpec> read(Fields document) {
        List<JsonNode> items = document.array(TASKS);
        if (items == null) {
            return List.of();
        }
        List<DagTaskSpec> tasks = new ArrayList<>(items.size());
        for (int index = 0; index < items.size(); index++) {
            tasks.add(task(Fields.of(items.get(index), document.pointerTo(TASKS, index), findings), index));
        }
        checkSize(document);
        return tasks;
    }

    private DagTaskSpec task(Fields item, int index) {
        String key = item.text("key");
        List<String> dependsOn = item.texts("depends_on");
        TaskFields fields = TaskFieldsReader.read(item, now).over(defaults);
        if (haveDefaults && fields.taskType() == null && !item.has(TASK_TYPE)) {
            item.add(ProblemCode.MISSING_FIELD, TASK_TYPE, "'task_type' is required, here or in the defaults");
        }
        payloadBytes += fields.payloadOrEmpty().jsonBytes();
        dependencies += fields.dependenciesOrNone().taskIds().size();
        return new DagTaskSpec(
                key == null ? "#" + index : key,
                key,
                dependsOn == null ? List.of() : dependsOn,
                fields,
                item.pointer());
    }

    /** Defaults and aliases can make much of little. */
    private void checkSize(Fields document) {
        if (payloadBytes > Limits.MAX_REQUEST_BYTES) {
            document.add(
                    ProblemCode.PAYLOAD_TOO_LARGE,
                    TASKS,
                    "the payloads take %,d bytes together, but at most %,d are allowed; split them"
                            .formatted(payloadBytes, Limits.MAX_REQUEST_BYTES));
        }
        if (dependencies > MAX_DEPENDENCIES_ALTOGETHER) {
            document.add(
                    ProblemCode.TOO_MANY_DEPENDENCIES,
                    TASKS,
                    "the tasks have %,d dependencies on earlier tasks, but at most %,d are allowed together"
                            .formatted(dependencies, MAX_DEPENDENCIES_ALTOGETHER));
        }
    }
}
