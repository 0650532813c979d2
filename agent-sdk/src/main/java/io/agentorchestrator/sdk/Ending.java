package io.agentorchestrator.sdk;

/** Why a running task has to stop: what its outcome will say, whatever its handler still returns. */
record Ending(String code, String message, boolean retryable) {
    static Ending cancelled(String reason) {
        return new Ending("CANCELLED", reason.isBlank() ? "cancelled by the orchestrator" : reason, false);
    }

    static Ending superseded(int epoch) {
        return new Ending("CANCELLED", "superseded by epoch " + epoch + " of the task", true);
    }

    static Ending shutDown() {
        return new Ending("CANCELLED", "the agent was shut down before the task was done", true);
    }

    static Ending timeout(long millis) {
        return new Ending("TIMEOUT", "not done within " + millis + " ms", true);
    }

    static Ending leaseExpired(long millis) {
        return new Ending("LEASE_EXPIRED", "no contact with the orchestrator for " + millis + " ms", true);
    }
}
