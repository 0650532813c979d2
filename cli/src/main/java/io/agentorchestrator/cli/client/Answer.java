package io.agentorchestrator.cli.client;

import tools.jackson.databind.JsonNode;

/**
 * What the API answered.
 *
 * @param body as it came, to the byte; not to be changed
 * @param json what it says
 */
public record Answer(byte[] body, JsonNode json) {}
