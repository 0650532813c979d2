package io.agentorchestrator.api.body;

import tools.jackson.databind.JsonNode;

/**
 * The body of a request, read and parsed. It holds a share of the memory that is set aside for bodies; closing it gives that
 * back.
 *
 * @param receivedNanos when the request arrived, by {@link System#nanoTime()}
 */
public record Body(JsonNode tree, long receivedNanos, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
        release.run();
    }
}
