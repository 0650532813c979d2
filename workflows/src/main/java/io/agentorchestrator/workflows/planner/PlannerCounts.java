package io.agentorchestrator.workflows.planner;

/**
 * The numbers of a run's tasks, by where they are.
 *
 * @param waiting in the backlog, or on the way back into it
 * @param ready released, and wait for a batch
 * @param inBatches in batches, or about to be looked at by one
 * @param watched at agents, and in no batch
 * @param backingOff between two attempts
 */
public record PlannerCounts(
        int waiting, int ready, int inBatches, int watched, int backingOff, int completed, int failed, int cancelled) {

    /** Tasks that have ended, however. */
    public int ended() {
        return completed + failed + cancelled;
    }

    public int total() {
        return waiting + ready + inBatches + watched + backingOff + ended();
    }
}
