package io.agentorchestrator.sdk;

/** Why a running task has to stop: what its outcome will say, whatever its handler still returns. */
record StopReason(String code, String message, boolean retryable) {
    static final String PREEMPTED = "PREEMPTED";

    static StopReason preempted() {
        return new StopReason(PREEMPTED, "stopped for a task of higher priority", true);
    }

    static StopReason cancelled(String reason) {
        return new StopReason("CANCELLED", reason.isBlank() ? "cancelled by the orchestrator" : reason, false);
    }

    static StopReason superseded(int epoch) {
        return new StopReason("CANCELLED", "superseded by epoch " + epoch + " of the task", true);
    }

    static StopReason shutDown() {
        return new StopReason("CANCELLED", "the agent was shut down before the task was done", true);
    }

    static StopReason timeout(long millis) {
        return new StopReason("TIMEOUT", "not done within " + millis + " ms", true);
    }

    static StopReason leaseExpired(long millis) {
        return new StopReason("LEASE_EXPIRED", "no contact with the orchestrator for " + millis + " ms", true);
    }
}
