package io.agentorchestrator.api.deadletter;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what is asked of dead letters. Each method throws a {@link ProblemException} that tells all that is wrong. */
final class DeadLetterRequests {
    /** How many entries one call reprocesses or deletes if it does not say. */
    static final int DEFAULT_BULK = 1_000;

    private static final RequestSchema REPROCESS = RequestSchema.named("ReprocessSubmission");
    private static final RequestSchema BULK_REPROCESS = RequestSchema.named("BulkReprocessSubmission");
    private static final RequestSchema REBUILD = RequestSchema.named("RebuildSubmission");

    private DeadLetterRequests() {}

    /** Whether the new task is to resume its DAG. */
    static boolean resumeDag(JsonNode tree) {
        Boolean resumeDag = read(REPROCESS, tree).bool("resume_dag");
        return resumeDag != null && resumeDag;
    }

    /** Which entries to reprocess; null does not narrow. */
    record Bulk(@Nullable String taskType, @Nullable String errorCode, int limit) {}

    static Bulk bulk(JsonNode tree) {
        Fields fields = read(BULK_REPROCESS, tree);
        Integer limit = fields.integer("limit");
        return new Bulk(fields.text("task_type"), fields.text("error_code"), limit == null ? DEFAULT_BULK : limit);
    }

    /** Nothing, or an object without fields. */
    static void nothing(JsonNode tree) {
        read(REBUILD, tree);
    }

    private static Fields read(RequestSchema schema, JsonNode tree) {
        ValidationErrors findings = new ValidationErrors();
        Fields fields = schema.read(tree, findings);
        findings.throwIfAny();
        return fields;
    }
}
