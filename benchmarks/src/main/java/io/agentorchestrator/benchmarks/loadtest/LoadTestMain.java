package io.agentorchestrator.benchmarks.loadtest;

import io.agentorchestrator.cli.command.OrchestratorCommand;

/** Runs {@code ./orchestrator load-test}: the command line, and the one verb that needs more than a client does. */
public final class LoadTestMain {
    private LoadTestMain() {}

    /** Runs the verb and exits with its code: 0 every goal holds, 1 not all or not done, 2 wrong usage, 74 the output could not be written. */
    public static void main(String[] arguments) {
        System.exit(OrchestratorCommand.start(LoadTestCommand::new, arguments));
    }
}
