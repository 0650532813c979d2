package io.agentorchestrator.activities.dispatch;

import java.time.Duration;

/** Hears how long tasks take on their way, which release's credit goes by. Thread-safe; must not block. */
public interface FlowListener {
    /** An agent accepted a task so long after its release, not counting the time that it waited for a slot. */
    void released(String taskType, Duration releaseToAcceptedWithoutSlotWait);

    /**
     * An attempt ended so long after the agent had accepted it.
     *
     * @param agentClass the agent's types, sorted and joined with commas
     */
    void executed(String taskType, String agentClass, Duration execution);

    /** An outcome was recorded so long after it had come. */
    void recorded(String taskType, Duration outcomeToRecord);
}
