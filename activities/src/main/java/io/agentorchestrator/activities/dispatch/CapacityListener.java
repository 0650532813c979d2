package io.agentorchestrator.activities.dispatch;

/** Hears when an agent's slot has become free, so that the next task can leave the backlog. Thread-safe; must not block. */
@FunctionalInterface
public interface CapacityListener {
    void attemptEnded(String taskType);
}
