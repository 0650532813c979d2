package io.agentorchestrator.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * One task in the hands of an agent. Thread-safe. When the task is cancelled, times out or loses its lease, the thread
 * that handles it is interrupted and {@link #isCancelled()} turns true; whatever the handler returns then is dropped.
 * Reports made after that do nothing.
 */
public interface TaskContext {
    /** Identifies the task over all its attempts. */
    UUID taskId();

    /** The number of this attempt, from 1. */
    int attempt();

    /** The number of this dispatch; it rises with every dispatch of the task and never repeats. */
    int epoch();

    /** Idempotency key of the task: the same in every attempt. */
    String taskKey();

    /** Idempotency key of this attempt: the same when the attempt is dispatched again. */
    String attemptKey();

    /** One of the types that this agent declared. */
    String type();

    /** The payload, a JSON object. */
    JsonNode payload();

    /**
     * The payload as a record. Field names are in snake_case; an unknown field, a wrong type or an
     * {@link IllegalArgumentException} from the record's constructor fails the task with {@code INVALID_PAYLOAD}.
     */
    default <T> T payloadAs(Class<T> type) {
        return Payloads.read(payload(), type);
    }

    /** When the task as a whole has to be done. */
    Optional<Instant> deadline();

    String tenant();

    TraceContext traceContext();

    /** Budget that the task has left, in millionths of a US dollar; empty: unlimited. */
    OptionalLong remainingBudgetMicroUsd();

    /** The last checkpoint: of this attempt if it made one, else of an earlier attempt. */
    Optional<byte[]> lastCheckpoint();

    /**
     * Reports progress that a later attempt can go on from.
     *
     * @param data opaque, at most 256 KiB; more fails the task with {@code CHECKPOINT_TOO_LARGE}
     */
    void checkpoint(byte[] data);

    /**
     * Tells people how far the task is.
     *
     * @param fraction 0 to 1; what lies outside is moved to the nearer end
     * @param message cut off after 1 KiB
     */
    void progress(double fraction, String message);

    /** Reports what this attempt has used so far: totals, not increments. */
    void usage(long costMicroUsd, long inputTokens, long outputTokens);

    /**
     * Tells whether the task is to make way for another of higher priority. The handler may go on, save a last checkpoint, and end by throwing
     * {@link TaskFailure#preempted()}; a result that it returns counts as always. After {@link #preemptionGrace()} it is interrupted. The
     * task goes on from its last checkpoint later, perhaps at another agent, in the same attempt.
     */
    default boolean isPreemptionRequested() {
        return preemptionGrace().isPresent();
    }

    /** The time that is left until a handler that is to make way is interrupted; empty unless it is to. */
    default Optional<Duration> preemptionGrace() {
        return Optional.empty();
    }

    /** Has this run, once, on a thread of its own, when the task is to make way: at once if it is already. */
    default void onPreemption(Runnable listener) {}

    /** Tells whether nobody waits for the outcome any more. */
    boolean isCancelled();
}
