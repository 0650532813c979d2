package io.agentorchestrator.sdk;

import org.jspecify.annotations.Nullable;

/**
 * The one method that an agent author implements. It is called on a thread of its own ({@link HandlerThreads}), so it may block, and for
 * many tasks at once, so it must be thread-safe. A task may reach an agent more than once (an attempt that was lost is
 * tried again): side effects belong under {@link TaskContext#taskKey()} or {@link TaskContext#attemptKey()}.
 *
 * <p>A handler that has to stop (cancelled, past its timeout or lease, superseded, agent shut down) is interrupted, and
 * {@link TaskContext#isCancelled()} turns true. One that ends is reported at once and frees its slot. One that ignores the
 * interrupt, for ever perhaps, is reported after 2 s with the same code ({@code TIMEOUT}, {@code CANCELLED},
 * {@code LEASE_EXPIRED}) and gives up its slot, though its thread runs on: the agent then executes more than it promised. So
 * at most as many handlers as the agent has slots are given up like that; further ones keep their slots until they end.
 * Whatever such a handler returns or reports later is dropped, and no other execution of its task starts on this agent
 * before it has ended. A handler that computes wants {@link HandlerThreads#PLATFORM}: on virtual threads it keeps one of a few carrier
 * threads from all others for as long as it does.
 */
@FunctionalInterface
public interface TaskHandler {
    /**
     * Executes one task.
     *
     * @return the result, serialised as JSON with field names in snake_case; at most 1 MiB; {@code null} is JSON null
     * @throws TaskFailure says what went wrong and whether another attempt may help
     * @throws Exception any other failure; reported as {@code AGENT_ERROR}, retryable
     */
    @Nullable Object handle(TaskContext task) throws Exception;
}
