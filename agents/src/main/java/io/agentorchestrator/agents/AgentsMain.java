package io.agentorchestrator.agents;

import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The agents that ship with the orchestrator: {@code agents simulated} and {@code agents source}. */
@Command(
        name = "agents",
        description = "Runs an agent until it is told to stop (SIGTERM), then lets its tasks end.",
        mixinStandardHelpOptions = true,
        subcommands = {SimulatedCommand.class, SourceCommand.class})
public final class AgentsMain {
    private static final Logger LOG = LoggerFactory.getLogger(AgentsMain.class);

    private AgentsMain() {}

    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new AgentsMain());
        commandLine.setExecutionExceptionHandler((failure, _, _) -> {
            LOG.error("{}", failure instanceof UncheckedIOException io ? io.getMessage() : failure.toString());
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(commandLine.execute(arguments));
    }
}
