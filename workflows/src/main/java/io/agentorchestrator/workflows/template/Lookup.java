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
        JsonNode value = switch (reference) {
            case Reference.ToInput input -> inputs.isObject() ? inputs.get(input.name()) : null;
            case Reference.ToResult result -> resultsByKey.get(result.key());
        };
        if (value != null) {
            return descend(value, reference);
        }
        return new Missing(
                switch (reference) {
                    case Reference.ToInput input -> "there is no input '" + input.name() + "'";
                    case Reference.ToResult result -> "there is no result of a task '" + result.key() + "'";
                });
    }

    private static Lookup descend(JsonNode start, Reference reference) {
        JsonNode value = start;
        StringBuilder walked = new StringBuilder(reference.root());
        for (String segment : reference.path()) {
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
