package io.agentorchestrator.store.rerun;

import java.util.List;
import java.util.Map;

/**
 * A request to run an ended DAG again.
 *
 * @param from keys of tasks that run again with all that depends on them, completed or not
 * @param payloads by key; a task with a changed payload counts as named in {@code from}
 * @param reason why, in the caller's words; may be empty
 */
public record RetryRequest(List<String> from, Map<String, NewPayload> payloads, String reason) {
    public RetryRequest {
        from = List.copyOf(from);
        payloads = Map.copyOf(payloads);
    }
}
