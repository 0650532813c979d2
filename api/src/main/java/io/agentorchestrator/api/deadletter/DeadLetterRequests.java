package io.agentorchestrator.api.deadletter;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.problem.Findings;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.submission.TaskFieldsReader;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what is asked of dead letters. Each method throws a {@link ProblemException} that tells all that is wrong. */
final class DeadLetterRequests {
    /** How many entries one call reprocesses or deletes if it does not say. */
    static final int DEFAULT_BULK = 1_000;

    private DeadLetterRequests() {}

    /** Whether the new task is to resume its DAG. */
    static boolean resumeDag(JsonNode tree) {
        Findings findings = new Findings();
        Fields fields = Fields.of(tree, "", findings);
        Boolean resumeDag = fields == null ? null : fields.bool("resume_dag");
        finish(fields, findings);
        return resumeDag != null && resumeDag;
    }

    /** Which entries to reprocess; null does not narrow. */
    record Bulk(@Nullable String taskType, @Nullable String errorCode, int limit) {}

    static Bulk bulk(JsonNode tree) {
        Findings findings = new Findings();
        Fields fields = Fields.of(tree, "", findings);
        Integer limit = null;
        String type = null;
        String code = null;
        if (fields != null) {
            type = fields.text("task_type", TaskFieldsReader.TASK_TYPE, TaskFieldsReader.TASK_TYPE_DESCRIBED);
            code = fields.text("error_code", TaskFieldsReader.ERROR_CODE, TaskFieldsReader.ERROR_CODE_DESCRIBED);
            limit = fields.integer("limit", 1, DeadLetterStore.MAX_BULK);
        }
        finish(fields, findings);
        return new Bulk(type, code, limit == null ? DEFAULT_BULK : limit);
    }

    /** Nothing, or an object without fields. */
    static void nothing(JsonNode tree) {
        Findings findings = new Findings();
        finish(Fields.of(tree, "", findings), findings);
    }

    private static void finish(@Nullable Fields fields, Findings findings) {
        if (fields != null) {
            fields.finish();
        }
        findings.throwIfAny();
    }
}
