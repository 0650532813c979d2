package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.KeyedResult;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.workflows.template.TemplateException;
import io.agentorchestrator.workflows.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/** Puts inputs and the results of other tasks into payloads, just before dispatch. Thread-safe. */
final class PayloadResolver {
    private final RunStore runs;
    private final JsonMapper json;

    PayloadResolver(RunStore runs, JsonMapper json) {
        this.runs = runs;
        this.json = json;
    }

    /** The payloads by task index, or for each that cannot be made the reason. */
    Map<Integer, Resolution> resolve(RunFacts facts, List<BatchTask> tasks) {
        Map<Integer, Resolution> resolutions = new HashMap<>();
        Map<Integer, JsonNode> templates = new HashMap<>();
        Map<UUID, Set<String>> keysByDag = new HashMap<>();
        for (BatchTask task : tasks) {
            UUID dagId = task.dagId();
            if (!task.hasTemplates() || dagId == null) {
                resolutions.put(task.index(), new Resolution.Payload(utf8(task.payload())));
                continue;
            }
            JsonNode payload = json.readTree(task.payload());
            templates.put(task.index(), payload);
            keysByDag
                    .computeIfAbsent(dagId, id -> new HashSet<>())
                    .addAll(Templates.scan(payload).tasks());
        }
        if (!templates.isEmpty()) {
            JsonNode inputs = json.readTree(facts.inputs());
            Map<String, JsonNode> results = results(keysByDag);
            templates.forEach((index, payload) -> resolutions.put(index, fill(payload, inputs, results)));
        }
        return resolutions;
    }

    private Resolution fill(JsonNode payload, JsonNode inputs, Map<String, JsonNode> results) {
        try {
            JsonNode filled = Templates.resolve(payload, inputs, results);
            return new Resolution.Payload(json.writeValueAsBytes(filled));
        } catch (TemplateException missing) {
            return new Resolution.Impossible(missing.code(), String.valueOf(missing.getMessage()));
        }
    }

    private Map<String, JsonNode> results(Map<UUID, Set<String>> keysByDag) {
        Map<String, JsonNode> results = new HashMap<>();
        keysByDag.forEach((dagId, keys) -> {
            for (KeyedResult result : runs.results(dagId, keys)) {
                String text = result.result();
                results.put(result.key(), text == null ? NullNode.getInstance() : json.readTree(text));
            }
        });
        return results;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What became of a payload. */
    sealed interface Resolution {
        /**
         * Ready to be dispatched.
         *
         * @param bytes JSON in UTF-8; owned by this record and not to be changed
         */
        record Payload(byte[] bytes) implements Resolution {}

        record Impossible(String code, String message) implements Resolution {}
    }
}
