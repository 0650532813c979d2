package io.agentorchestrator.store.submission;

import java.time.Duration;

/**
 * The key under which a client submits, so that it may repeat the request.
 *
 * @param requestHash of what was asked; another request under the same key is a mistake of the client
 * @param response the answer to this request, a JSON document, which is given again to its repetition
 * @param lifetime how long from now the key is remembered
 */
@SuppressWarnings("ArrayRecordComponent")
public record IdempotencyEntry(String key, byte[] requestHash, String response, Duration lifetime) {}
