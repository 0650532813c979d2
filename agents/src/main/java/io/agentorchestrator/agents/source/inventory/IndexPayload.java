package io.agentorchestrator.agents.source.inventory;

import org.jspecify.annotations.Nullable;

/**
 * The payload of a task that needs the inventory and nothing else.
 *
 * @param index path of the work file that holds the {@link SourceIndex}
 */
public record IndexPayload(String index) {
    public IndexPayload {
        require("index", index);
    }

    /** Refuses a payload without this field: Jackson leaves it null, whatever its type says. */
    public static void require(String field, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("field \"" + field + "\" is missing");
        }
    }
}
