package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.problem.ValidationErrors;
import tools.jackson.databind.JsonNode;

/** A check of a value whose type is right. Thread-safe. */
@FunctionalInterface
interface Rule {
    /** Adds what is wrong with the value to the findings. */
    void check(JsonNode value, Place place, ValidationErrors findings);
}
