package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the three kinds of submission. Each method takes the time now, which deadlines have to lie after, and throws a
 * {@link ProblemException} that tells all that is wrong.
 */
public final class SubmissionReader {
    private static final String DEFAULT_DAG_NAME = "unnamed";
    private static final String BATCH_NAME = "batch";
    private static final RequestSchema TASK = RequestSchema.named("TaskSubmission");
    private static final RequestSchema BATCH = RequestSchema.named("BatchSubmission");
    private static final RequestSchema DAG = RequestSchema.named("DagSubmission");

    private SubmissionReader() {}

    /** A standalone task. */
    public static TaskFields task(JsonNode tree, Instant now) {
        ValidationErrors findings = new ValidationErrors();
        TaskFields fields = TaskFieldsReader.read(TASK.read(tree, findings), now);
        findings.throwIfAny();
        return fields;
    }

    /** A batch, as a DAG of its tasks, whether or not they depend on each other. */
    public static DagSpec batch(JsonNode tree, Instant now) {
        ValidationErrors findings = new ValidationErrors();
        Fields batch = BATCH.read(tree, findings);
        List<DagTaskSpec> tasks = TaskListReader.ofBatch(findings, now).read(batch);
        findings.throwIfAny();
        return new DagSpec(
                BATCH_NAME,
                OnFailure.CANCEL_DEPENDENTS,
                Priority.NORMAL,
                new TreeMap<>(),
                JsonNodeFactory.instance.objectNode(),
                null,
                BudgetFields.NONE,
                tasks);
    }

    /** A DAG. */
    public static DagSpec dag(JsonNode tree, Instant now) {
        ValidationErrors findings = new ValidationErrors();
        Fields dag = DAG.read(tree, findings);
        String name = dag.text("name");
        OnFailure onFailure = dag.oneOf("on_failure", OnFailure.class);
        Priority priority = dag.oneOf("priority", Priority.class);
        SortedMap<String, String> labels = dag.labels("labels");
        JsonNode inputs = inputs(dag);
        Fields given = dag.object("defaults");
        TaskFields defaults = given == null ? TaskFields.NONE : TaskFieldsReader.read(given, now);
        Instant deadline = dag.timeAfter("deadline", now);
        BudgetFields budget = BudgetFields.read(dag);
        List<DagTaskSpec> tasks = TaskListReader.ofDag(findings, defaults, now).read(dag);
        findings.throwIfAny();
        return new DagSpec(
                name == null ? DEFAULT_DAG_NAME : name,
                onFailure == null ? OnFailure.CANCEL_DEPENDENTS : onFailure,
                priority == null ? Priority.NORMAL : priority,
                labels == null ? new TreeMap<>() : labels,
                inputs,
                deadline,
                budget,
                tasks);
    }

    private static JsonNode inputs(Fields dag) {
        JsonNode inputs = dag.tree("inputs");
        if (inputs == null) {
            return JsonNodeFactory.instance.objectNode();
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
