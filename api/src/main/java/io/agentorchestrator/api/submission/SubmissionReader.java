package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.problem.Findings;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the three kinds of submission. Each method takes the time now, which deadlines have to lie after, and throws a
 * {@link ProblemException} that tells all that is wrong.
 */
public final class SubmissionReader {
    private static final String DEFAULT_DAG_NAME = "unnamed";
    private static final String BATCH_NAME = "batch";
    private static final Pattern INPUT_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,99}");

    private SubmissionReader() {}

    /** A standalone task. */
    public static TaskFields task(JsonNode tree, Instant now) {
        Findings findings = new Findings();
        Fields task = document(tree, findings);
        TaskFields fields = TaskFieldsReader.read(task, now);
        task.finish();
        if (!task.has("task_type")) {
            task.missing("task_type");
        }
        findings.throwIfAny();
        return fields;
    }

    /** A batch, as a DAG of its tasks, whether or not they depend on each other. */
    public static DagSpec batch(JsonNode tree, Instant now) {
        Findings findings = new Findings();
        Fields batch = document(tree, findings);
        List<DagTaskSpec> tasks =
                new TaskListReader(findings, TaskFields.NONE, false, now).read(batch, Limits.MAX_TASKS_PER_BATCH);
        finish(batch);
        findings.throwIfAny();
        return new DagSpec(
                BATCH_NAME,
                OnFailure.CANCEL_DEPENDENTS,
                Priority.NORMAL,
                new TreeMap<>(),
                JsonNodeFactory.instance.objectNode(),
                null,
                tasks);
    }

    /** A DAG. */
    public static DagSpec dag(JsonNode tree, Instant now) {
        Findings findings = new Findings();
        Fields dag = document(tree, findings);
        String name = dag.text("name", Limits.MAX_NAME_LENGTH);
        OnFailure onFailure = dag.oneOf("on_failure", OnFailure.class);
        Priority priority = dag.oneOf("priority", Priority.class);
        SortedMap<String, String> labels = dag.labels("labels");
        JsonNode inputs = inputs(dag, findings);
        TaskFields defaults = defaults(dag.object("defaults"), now);
        Instant deadline = dag.timeAfter("deadline", now);
        dag.unsupported("cost_budget", "token_budget", "on_budget_exceeded");
        List<DagTaskSpec> tasks = new TaskListReader(findings, defaults, true, now).read(dag, Limits.MAX_TASKS_PER_DAG);
        finish(dag);
        findings.throwIfAny();
        return new DagSpec(
                name == null ? DEFAULT_DAG_NAME : name,
                onFailure == null ? OnFailure.CANCEL_DEPENDENTS : onFailure,
                priority == null ? Priority.NORMAL : priority,
                labels == null ? new TreeMap<>() : labels,
                inputs,
                deadline,
                tasks);
    }

    /** A name that is misspelled comes before the one that is missing for it. */
    private static void finish(Fields document) {
        document.finish();
        if (!document.has("tasks")) {
            document.missing("tasks");
        }
    }

    private static Fields document(JsonNode tree, Findings findings) {
        Fields document = Fields.of(tree, "", findings);
        if (document == null) {
            findings.throwIfAny();
            throw new IllegalStateException("what is no object is a finding");
        }
        return document;
    }

    private static TaskFields defaults(@Nullable Fields defaults, Instant now) {
        if (defaults == null) {
            return TaskFields.NONE;
        }
        TaskFields fields = TaskFieldsReader.read(defaults, now);
        defaults.finish();
        return fields;
    }

    private static JsonNode inputs(Fields dag, Findings findings) {
        JsonNode none = JsonNodeFactory.instance.objectNode();
        JsonNode inputs = dag.any("inputs");
        if (inputs == null) {
            return none;
        }
        Fields fields = Fields.of(inputs, dag.pointerTo("inputs"), findings);
        if (fields == null) {
            return none;
        }
        if (inputs.size() > Limits.MAX_INPUTS) {
            dag.add(
                    ProblemCode.OUT_OF_RANGE,
                    "inputs",
                    "at most %d inputs are allowed, not %,d".formatted(Limits.MAX_INPUTS, inputs.size()));
        }
        for (String name : inputs.propertyNames()) {
            if (!INPUT_NAME.matcher(name).matches()) {
                fields.add(
                        ProblemCode.INVALID_VALUE,
                        name,
                        "an input's name is up to 100 letters, digits and any of _ -, and does not begin with -");
            }
        }
        int bytes = JsonDocument.write(inputs).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.MAX_PAYLOAD_BYTES) {
            dag.add(
                    ProblemCode.PAYLOAD_TOO_LARGE,
                    "inputs",
                    "inputs take at most %,d bytes as compact JSON, not %,d"
                            .formatted(Limits.MAX_PAYLOAD_BYTES, bytes));
        }
        return inputs;
    }
}
