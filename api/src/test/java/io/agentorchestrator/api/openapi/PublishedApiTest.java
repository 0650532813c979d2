package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.testkit.Contract;
import io.agentorchestrator.store.testkit.SavedLines;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Clients of the API stay as they are when it changes: what they may send is still taken, and what they read is still there. */
class PublishedApiTest {
    private static final String SCHEMAS = "#/components/schemas/";

    private final SortedSet<String> lines = new TreeSet<>();

    @Test
    void pathsFieldsAndValuesStay() throws Exception {
        for (Contract.Operation operation : Contract.all()) {
            operation(operation.method() + " " + operation.path(), operation.spec());
        }
        Set<String> sent = reachable("requestBody");
        Set<String> answered = reachable("responses");
        for (Map.Entry<String, JsonNode> schema :
                Contract.document().at("/components/schemas").properties()) {
            schema(
                    schema.getKey(),
                    schema.getValue(),
                    sent.contains(schema.getKey()),
                    answered.contains(schema.getKey()));
        }

        SavedLines.check(Path.of("src/test/resources/saved/openapi.txt"), lines);
    }

    private void operation(String name, JsonNode spec) {
        lines.add(name);
        for (JsonNode given : spec.path("parameters")) {
            JsonNode parameter = Contract.resolve(given);
            String path = "%s takes %s %s"
                    .formatted(
                            name,
                            parameter.path("in").asString(),
                            parameter.path("name").asString());
            lines.add(path);
            if (!parameter.path("required").asBoolean(false)) {
                lines.add(path + ", or not");
            }
            schema(path, parameter.path("schema"), true, false);
        }
        for (Map.Entry<String, JsonNode> body : spec.at("/requestBody/content").properties()) {
            lines.add(name + " takes " + body.getKey());
            schema(name + " takes", body.getValue().path("schema"), true, false);
        }
        for (Map.Entry<String, JsonNode> response : spec.path("responses").properties()) {
            lines.add(name + " answers " + response.getKey());
            for (Map.Entry<String, JsonNode> body :
                    Contract.resolve(response.getValue()).path("content").properties()) {
                lines.add(name + " answers " + response.getKey() + " in " + body.getKey());
                schema(name + " answers " + response.getKey(), body.getValue().path("schema"), false, true);
            }
        }
    }

    private void schema(String path, JsonNode schema, boolean isSent, boolean isAnswered) {
        if (!schema.isObject()) {
            return;
        }
        if (schema.has("$ref")) {
            lines.add(path + ": " + schema.path("$ref").asString().replace(SCHEMAS, ""));
            return;
        }
        if (schema.has("type")) {
            lines.add(path + ": " + schema.path("type") + (schema.has("format") ? " " + schema.path("format") : ""));
        }
        schema.path("enum").forEach(value -> lines.add(path + " may be " + value.asString("null")));
        Set<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).collect(Collectors.toSet());
        if (isAnswered) {
            required.forEach(field -> lines.add(path + "." + field + " is always there"));
        }
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String name = path + "." + field.getKey();
            lines.add(name);
            if (isSent && !required.contains(field.getKey())) {
                lines.add(name + " may be left out");
            }
            schema(name, field.getValue(), isSent, isAnswered);
        }
        schema(path + "[]", schema.path("items"), isSent, isAnswered);
        schema(path + "{}", schema.path("additionalProperties"), isSent, isAnswered);
        for (String word : List.of("allOf", "oneOf", "anyOf")) {
            schema.path(word).forEach(part -> schema(path, part, isSent, isAnswered));
        }
    }

    /** The schemas that a part of any operation leads to. */
    private Set<String> reachable(String part) {
        Set<String> found = new TreeSet<>();
        Deque<JsonNode> open = new ArrayDeque<>();
        for (Contract.Operation operation : Contract.all()) {
            open.add(operation.spec().path(part));
        }
        while (!open.isEmpty()) {
            JsonNode next = open.remove();
            open.addAll(next.valueStream().toList());
            String reference = next.path("$ref").asString("");
            if (!reference.isEmpty() && (!reference.startsWith(SCHEMAS) || found.add(reference.replace(SCHEMAS, "")))) {
                open.add(Contract.resolve(next));
            }
        }
        return found;
    }
}
