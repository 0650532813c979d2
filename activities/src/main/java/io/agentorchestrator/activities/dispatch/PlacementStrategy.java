package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.setting.SchedulingStrategy;
import io.agentorchestrator.store.state.PlacementReason;

/**
 * Rates the agents that have room for a task: the lowest rating is the best place. Of agents rated alike the least loaded one is chosen. Pure;
 * thread-safe.
 */
public interface PlacementStrategy {
    /** By the share of the agent's slots that is taken. */
    PlacementStrategy LEAST_LOADED = new PlacementStrategy() {
        @Override
        public double rate(int used, int slots, double costPerHourUsd, double seconds) {
            return used / (double) slots;
        }

        @Override
        public PlacementReason reason() {
            return PlacementReason.LEAST_LOADED;
        }

        @Override
        public boolean keepsAgent() {
            return true;
        }
    };

    /**
     * By what the task is expected to cost there, and by how full the agent is: {@code cost_factor × (average_task_time ×
     * estimated_complexity / 3600) × (1 + active / max_concurrent)}, the formula of the published contract. A full agent counts as twice as
     * dear as an idle one, so that between agents of like prices the load decides.
     */
    PlacementStrategy COST_BASED = new PlacementStrategy() {
        @Override
        public double rate(int used, int slots, double costPerHourUsd, double seconds) {
            return costPerHourUsd * (seconds / 3_600) * (1 + used / (double) slots);
        }

        @Override
        public PlacementReason reason() {
            return PlacementReason.COST_BASED;
        }

        @Override
        public boolean keepsAgent() {
            return false;
        }
    };

    /** The strategy that a setting asks for. */
    static PlacementStrategy of(SchedulingStrategy setting) {
        return switch (setting) {
            case LEAST_LOADED -> LEAST_LOADED;
            case COST_BASED -> COST_BASED;
        };
    }

    /**
     * Rates an agent for a task.
     *
     * @param used slots that are taken, or promised to other tasks; more than there are where tasks wait for them
     * @param slots that the agent has, at least 1
     * @param costPerHourUsd the agent's cost factor, in USD
     * @param seconds that the task is expected to take there ({@link TaskTimes})
     */
    double rate(int used, int slots, double costPerHourUsd, double seconds);

    /** The reason that a task so placed is given. */
    PlacementReason reason();

    /** Tells whether a task that its parent's outcome makes ready takes the slot which that frees, however other agents are rated. */
    boolean keepsAgent();
}
