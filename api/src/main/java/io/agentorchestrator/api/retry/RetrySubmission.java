package io.agentorchestrator.api.retry;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.BudgetFields;
import io.agentorchestrator.api.submission.Payload;
import io.agentorchestrator.api.submission.TaskFieldsReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The request for a retry of a DAG.
 *
 * @param from keys of tasks that run again with all that depends on them, completed or not
 * @param payloads new payloads by key, in the order of the request; the DAG may not have all these tasks
 * @param costBudgetMicroUsd the DAG's budget from now on, millionths of a US dollar
 */
record RetrySubmission(
        List<String> from,
        Map<String, Payload> payloads,
        @Nullable String reason,
        @Nullable Long costBudgetMicroUsd,
        @Nullable Long tokenBudget) {
    private static final RequestSchema SCHEMA = RequestSchema.named("RetryRequest");

    RetrySubmission {
        from = List.copyOf(from);
    }

    String reasonOr(String standard) {
        return reason == null ? standard : reason;
    }

    /**
     * Reads the body.
     *
     * @throws ProblemException that tells all that is wrong
     */
    static RetrySubmission read(JsonNode tree) {
        ValidationErrors findings = new ValidationErrors();
        Fields retry = SCHEMA.read(tree, findings);
        List<String> from = retry.texts("from");
        Map<String, Payload> payloads = payloads(retry.object("payloads"));
        String reason = retry.text("reason");
        Long cost = BudgetFields.microUsd(retry, "cost_budget");
        Long tokens = BudgetFields.tokens(retry, "token_budget");
        findings.throwIfAny();
        return new RetrySubmission(from == null ? List.of() : from, payloads, reason, cost, tokens);
    }

    private static Map<String, Payload> payloads(@Nullable Fields payloads) {
        Map<String, Payload> read = new LinkedHashMap<>();
        if (payloads != null) {
            for (String key : payloads.names()) {
                Payload payload = TaskFieldsReader.payload(payloads, key);
                if (payload != null) {
                    read.put(key, payload);
                }
            }
        }
        return read;
    }
}
