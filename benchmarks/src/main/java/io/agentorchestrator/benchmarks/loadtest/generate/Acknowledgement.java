package io.agentorchestrator.benchmarks.loadtest.generate;

import java.util.List;
import java.util.UUID;

/** The answer to one request. */
public sealed interface Acknowledgement {
    /** Accepted. */
    record Accepted(List<UUID> ids) implements Acknowledgement {}

    /**
     * Not accepted, or nobody knows.
     *
     * @param kind a short name to count it under
     * @param passing whether the same request may succeed later
     */
    record Refused(String kind, boolean passing) implements Acknowledgement {}
}
