package io.agentorchestrator.cli.client;

import io.agentorchestrator.cli.json.LosslessJson;
import tools.jackson.core.JacksonException;

/**
 * One server-sent event of the API.
 *
 * @param id where a later connection resumes; empty when it has none
 * @param name {@code dag} or {@code task}; {@code message} when it has none
 * @param data JSON, in one line
 */
public record ServerEvent(String id, String name, String data) {
    /** The change that it tells of; an empty one where it is no JSON, or says something else. */
    public Answers.Event told() {
        try {
            return LosslessJson.read(data, Answers.Event.class);
        } catch (JacksonException notOurs) {
            return Answers.Event.EMPTY;
        }
    }
}
