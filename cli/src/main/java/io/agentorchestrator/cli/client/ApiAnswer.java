package io.agentorchestrator.cli.client;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the API answered.
 *
 * @param body as it came, to the byte; not to be changed
 * @param json what it says
 */
public record ApiAnswer(byte[] body, JsonNode json) {
    /**
     * Reads it as one of the {@link Answers}.
     *
     * @throws CliFailure if it says something else
     */
    public <T> T as(Class<T> type) {
        try {
            return LosslessJson.read(json, type);
        } catch (JacksonException e) {
            throw new CliFailure(
                    "The API's answer is not the %s that was asked for: is it an Agent Orchestrator of this version? %s"
                            .formatted(type.getSimpleName(), e.getOriginalMessage()),
                    e);
        }
    }
}
