package io.agentorchestrator.agents.source.analysis;

import org.jspecify.annotations.Nullable;

/** What the payloads of these tasks have in common. */
final class Payloads {
    private Payloads() {}

    /** Jackson leaves a missing field null, whatever its type says. */
    static void require(String field, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("field \"" + field + "\" is missing");
        }
    }

    /** The payload of a task that needs the inventory and nothing else. */
    record OfIndex(String index) {
        OfIndex {
            require("index", index);
        }
    }
}
