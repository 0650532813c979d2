package io.agentorchestrator.agents.library;

import org.jspecify.annotations.Nullable;

/**
 * The one method that an agent author implements. It is called on a virtual thread of its own, so it may block, and for
 * many tasks at once, so it must be thread-safe. A task may reach an agent more than once (an attempt that was lost is
 * tried again): side effects belong under {@link TaskContext#taskKey()} or {@link TaskContext#attemptKey()}.
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
