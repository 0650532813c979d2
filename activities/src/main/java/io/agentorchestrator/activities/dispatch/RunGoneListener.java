package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.model.RunKey;

/**
 * Hears that Temporal no longer knows a batch's activity: its workflow was terminated or lost, or has only given the batch up. Whoever
 * listens finds out which. Thread-safe; must be short.
 */
@FunctionalInterface
public interface RunGoneListener {
    void activityGone(RunKey run);
}
