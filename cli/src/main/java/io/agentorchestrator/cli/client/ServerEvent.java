package io.agentorchestrator.cli.client;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * One server-sent event of the API.
 *
 * @param id where a later connection resumes; empty when it has none
 * @param name {@code dag} or {@code task}; {@code message} when it has none
 * @param data JSON, in one line
 */
public record ServerEvent(String id, String name, String data) {
    private static final JsonMapper JSON = new JsonMapper();

    /** What it tells; nothing when it is no JSON. */
    public JsonNode json() {
        try {
            return JSON.readTree(data);
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }
}
