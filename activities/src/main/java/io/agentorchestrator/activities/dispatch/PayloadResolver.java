package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.Allowance;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.KeyedResult;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.template.TemplateException;
import io.agentorchestrator.workflows.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** Puts inputs and the results of other tasks into payloads, just before dispatch. Thread-safe. */
public final class PayloadResolver {
    private final RunStore runs;

    PayloadResolver(RunStore runs) {
        this.runs = runs;
    }

    /**
     * Makes the payload of a task.
     *
     * @param known results of completed tasks of the same DAG, by key, as far as they are at hand: the others are read from the store
     */
    Resolution resolve(RunFacts facts, BatchTask task, Map<String, String> known) {
        Allowance allowance = task.allowance();
        if (allowance != null && allowance.refusal() != null) {
            return new Resolution.Impossible(EndCodes.BUDGET_EXCEEDED, allowance.refusal());
        }
        UUID dagId = task.dagId();
        if (!task.hasTemplates() || dagId == null) {
            return new Resolution.Payload(utf8(task.payload()));
        }
        JsonNode payload = ExactJson.parse(task.payload());
        Map<String, JsonNode> results = new HashMap<>();
        Set<String> missing = new HashSet<>();
        for (String key : Templates.scan(payload).tasks()) {
            String result = known.get(key);
            if (result == null) {
                missing.add(key);
            } else {
                results.put(key, ExactJson.parse(result));
            }
        }
        if (!missing.isEmpty()) {
            for (KeyedResult read : runs.results(dagId, missing)) {
                String text = read.result();
                results.put(read.key(), text == null ? NullNode.getInstance() : ExactJson.parse(text));
            }
        }
        return fill(payload, ExactJson.parse(facts.inputs()), results);
    }

    /** Tells whether {@link #resolve} with these results needs nothing from the store. */
    boolean isAtHand(BatchTask task, Set<String> known) {
        return !task.hasTemplates()
                || task.dagId() == null
                || known.containsAll(
                        Templates.scan(ExactJson.parse(task.payload())).tasks());
    }

    private Resolution fill(JsonNode payload, JsonNode inputs, Map<String, JsonNode> results) {
        try {
            JsonNode filled = Templates.resolve(payload, inputs, results);
            return new Resolution.Payload(ExactJson.bytes(filled));
        } catch (TemplateException missing) {
            return new Resolution.Impossible(missing.code(), String.valueOf(missing.getMessage()));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The payload of a task, or why it cannot be made. */
    public sealed interface Resolution {
        /**
         * Ready to be dispatched.
         *
         * @param bytes JSON in UTF-8; owned by this record and not to be changed
         */
        record Payload(byte[] bytes) implements Resolution {}

        record Impossible(String code, String message) implements Resolution {}
    }
}
