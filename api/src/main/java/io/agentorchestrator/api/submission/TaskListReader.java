package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.problem.Findings;
import io.agentorchestrator.api.problem.ProblemCode;
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

    private final Findings findings;
    private final TaskFields defaults;
    private final boolean keysAreRequired;
    private final Instant now;
    private long payloadBytes;
    private long dependencies;

    TaskListReader(Findings findings, TaskFields defaults, boolean keysAreRequired, Instant now) {
        this.findings = findings;
        this.defaults = defaults;
        this.keysAreRequired = keysAreRequired;
        this.now = now;
    }

    /** The tasks that can be read; what is wrong with the others is among the findings. */
    List<DagTaskSpec> read(Fields document, int maxTasks) {
        List<JsonNode> items = document.array(TASKS);
        if (items == null) {
            return List.of();
        }
        if (items.isEmpty()) {
            document.add(ProblemCode.EMPTY_DAG, TASKS, "there are no tasks; give at least one");
        }
        if (items.size() > maxTasks) {
            document.add(
                    ProblemCode.TOO_MANY_TASKS,
                    TASKS,
                    "there are %,d tasks, but at most %,d are allowed; split them".formatted(items.size(), maxTasks));
            return List.of();
        }
        List<DagTaskSpec> tasks = new ArrayList<>(items.size());
        for (int index = 0; index < items.size(); index++) {
            Fields item = Fields.of(items.get(index), document.pointerTo(TASKS) + "/" + index, findings);
            DagTaskSpec task = item == null ? null : task(item, index);
            if (task != null) {
                tasks.add(task);
            }
        }
        checkSize(document);
        return tasks;
    }

    private @Nullable DagTaskSpec task(Fields item, int index) {
        String key = item.text("key", TaskFieldsReader.KEY, TaskFieldsReader.KEY_DESCRIBED);
        List<String> dependsOn = item.texts(
                "depends_on", Limits.MAX_TASKS_PER_DAG, TaskFieldsReader.KEY, TaskFieldsReader.KEY_DESCRIBED);
        TaskFields fields = TaskFieldsReader.read(item, now).over(defaults);
        item.finish();
        if (keysAreRequired && !item.has("key")) {
            item.missing("key");
        }
        if (fields.taskType() == null && !item.has("task_type")) {
            item.missing("task_type");
        }
        payloadBytes += fields.payloadOrEmpty().jsonBytes();
        dependencies += fields.dependenciesOrNone().taskIds().size();
        if (item.has("key") && key == null) {
            return null;
        }
        String node = key == null ? "#" + index : key;
        return new DagTaskSpec(node, key, dependsOn == null ? List.of() : dependsOn, fields, item.pointer());
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
