package io.agentorchestrator.sdk.registration;

/**
 * Who this agent is to the orchestrator, from its registration.
 *
 * @param credential a secret; never logged
 */
public record Identity(String agentId, String credential) {
    @Override
    public String toString() {
        return agentId;
    }
}
