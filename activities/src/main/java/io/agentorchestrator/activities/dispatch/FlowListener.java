package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.util.Map;

/** Hears how long tasks take on their way to agents and back, which is what release's credit goes by. Thread-safe; must not block. */
public interface FlowListener {
    /** An agent accepted a task, so long after its release, waits for a slot left out. */
    void released(String taskType, Duration releaseToAccepted);

    /**
     * An agent had a task for so long.
     *
     * @param agentClass the agent's types, sorted and joined with a comma
     */
    void executed(String taskType, String agentClass, Duration execution);

    /** A task completed that no checkpoint had shortened; its agent had it for so long. */
    void completed(String taskType, double complexity, Duration execution);

    /**
     * Tenants' tasks have held slots for so long.
     *
     * @param slots by tenant: their number, each times the cost factor of its agent where that has one
     */
    default void held(Map<String, Double> slots, Duration duration) {}

    /** An outcome was recorded so long after it came. */
    void recorded(String taskType, Duration outcomeToRecord);
}
