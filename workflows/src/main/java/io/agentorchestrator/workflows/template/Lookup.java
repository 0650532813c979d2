package io.agentorchestrator.workflows.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The result of looking up what a reference refers to. */
sealed interface Lookup {
    record Found(JsonNode value) implements Lookup {}

    /** Says which step leads nowhere, and what is there instead. */
    record Missing(String why) implements Lookup {}

    static Lookup of(Reference reference, JsonNode inputs, Map<String, JsonNode> resultsByKey) {
        return switch (reference) {
            case Reference.ToInput(String name, List<String> path) -> {
                JsonNode value = inputs.isObject() ? inputs.get(name) : null;
                yield value == null
                        ? new Missing("there is no input '" + name + "'")
                        : descend(value, new Reference.ToInput(name, List.of()).text(), path);
            }
            case Reference.ToResult(String key, List<String> path) -> {
                JsonNode value = resultsByKey.get(key);
                yield value == null
                        ? new Missing("there is no result of a task '" + key + "'")
                        : descend(value, new Reference.ToResult(key, List.of()).text(), path);
            }
        };
    }

    private static Lookup descend(JsonNode start, String startName, List<String> path) {
        JsonNode value = start;
        StringBuilder walked = new StringBuilder(startName);
        for (String segment : path) {
            JsonNode next = step(value, segment);
            if (next == null) {
                return new Missing(walked + " has no '" + segment + "': it is " + described(value));
            }
            value = next;
            walked.append(Reference.Spelling.step(segment));
        }
        return new Found(value);
    }

    private static @Nullable JsonNode step(JsonNode value, String segment) {
        if (value.isObject()) {
            return value.get(segment);
        }
        if (value.isArray()
                && !segment.isEmpty()
                && segment.length() <= 9
                && segment.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.get(Integer.parseInt(segment));
        }
        return null;
    }

    private static String described(JsonNode value) {
        if (value.isObject()) {
            List<String> names = value.propertyNames().stream().limit(10).toList();
            String more = value.size() > names.size() ? ", …" : "";
            return names.isEmpty() ? "an empty object" : "an object with " + String.join(", ", names) + more;
        }
        if (value.isArray()) {
            return value.isEmpty() ? "an empty array" : "an array of " + value.size();
        }
        return value.isNull() ? "null" : "a " + value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
