package io.agentorchestrator.cli.stack;

import com.fasterxml.jackson.annotation.JsonValue;

/** A process of the embedded stack. The order is the one in which they depend on each other. */
public enum Component {
    POSTGRES("postgres", "PostgreSQL"),
    REDIS("redis", "Redis"),
    TEMPORAL("temporal", "Temporal"),
    API("api", "API"),
    WORKER("worker", "worker"),
    SIMULATED_AGENT("agent-simulated", "simulated agent"),
    SOURCE_AGENT("agent-source", "source agents");

    private final String id;
    private final String title;

    Component(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** The name of its log, its pid file and its row in {@code status}. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The name that people use for it. */
    public String title() {
        return title;
    }
}
