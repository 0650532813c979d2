package io.agentorchestrator.store.sla;

import io.agentorchestrator.workflows.model.Priority;

/**
 * Ended tasks of a priority.
 *
 * @param met completed by their deadline or, without one, within the target of their priority
 * @param missed completed later, failed, or cancelled because another task did
 * @param cancelled by their owner
 */
public record SlaCount(Priority priority, long met, long missed, long cancelled) {
    /** The share of those that met it among those that met or missed it, 0 to 1; not a number where none did. What its owner cancelled is neither. */
    public double ratio() {
        return met / (double) (met + missed);
    }
}
