package io.agentorchestrator.cli;

import io.agentorchestrator.cli.command.OrchestratorCommand;

/** The program that {@code ./orchestrator} runs. */
public final class OrchestratorMain {
    private OrchestratorMain() {}

    /** Runs one verb and exits with its code: 0 done, 1 not done, 2 wrong usage, 74 the output could not be written. */
    public static void main(String[] arguments) {
        System.exit(OrchestratorCommand.start(arguments));
    }
}
