package io.agentorchestrator.api.body;

/** The format of a body. */
public enum BodyFormat {
    JSON,
    YAML
}
