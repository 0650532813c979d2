package io.agentorchestrator.workflows.run;

/** The names of the task queues. There are two, whatever the number of agent types: docs/adr says why. */
public final class RunQueues {
    /** Workflows and their short writes. */
    public static final String RUNS = "orchestrator-runs";
    /** Batches, by priority. */
    public static final String DISPATCH = "orchestrator-dispatch";

    private RunQueues() {}
}
