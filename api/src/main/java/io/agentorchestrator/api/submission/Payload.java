package io.agentorchestrator.api.submission;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A payload as submitted.
 *
 * @param json the same, compact
 * @param jsonBytes what that takes in UTF-8
 * @param pointer where it stands in the request
 */
public record Payload(JsonNode tree, String json, int jsonBytes, String pointer) {
    /** That of a task that has none. */
    public static final Payload EMPTY = new Payload(JsonNodeFactory.instance.objectNode(), "{}", 2, "");
}
