package io.agentorchestrator.activities.dispatch;

/** Hears how the room at agents changes between release's looks. Thread-safe; must not block. */
public interface CapacityListener {
    /**
     * An agent's slot has become free, so that the next task can leave the backlog.
     *
     * @param selectorKey of the task that had it ({@code TaskSelector.key})
     */
    void attemptEnded(String taskType, String tenant, String selectorKey);

    /** A task that became ready has left the backlog unasked. */
    void left(String taskType, String tenant, String selectorKey);
}
