package io.agentorchestrator.worker.reconcile;

import io.agentorchestrator.store.run.RunStore;

/** Tells agents to stop tasks. Thread-safe; must not block. */
@FunctionalInterface
interface AgentCancellation {
    /** Tells the agent, if it is there. */
    void cancel(RunStore.AtAgent task, String reason);
}
