package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The verbs, put together. */
@Command(
        name = "./orchestrator",
        description = "Runs DAGs of AI agents' tasks, and the embedded stack they need on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Start here:  ./orchestrator run examples/codebase-review.yaml",
            "Another API: --api URL or the variable ORCHESTRATOR_API. Every command explains itself with --help.",
            "State lies in .orchestrator/ (data, logs, pids); docs/operations.md tells the rest."
        })
public final class OrchestratorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    private OrchestratorCommand() {}

    /** Runs the verb that the arguments name; returns the exit code. */
    public static int run(Invocation invocation, String... arguments) {
        CommandLine line = new CommandLine(new OrchestratorCommand())
                .addSubcommand("run", new RunCommand(invocation))
                .addSubcommand("up", new UpCommand(invocation))
                .addSubcommand("down", new DownCommand(invocation))
                .addSubcommand("status", new StatusCommand(invocation))
                .addSubcommand("doctor", new DoctorCommand(invocation))
                .addSubcommand("submit", new SubmitCommand(invocation))
                .addSubcommand("get", new GetCommand(invocation))
                .addSubcommand("watch", new WatchCommand(invocation))
                .addSubcommand("cancel", new CancelCommand(invocation))
                .addSubcommand("pause", new PauseCommand(invocation))
                .addSubcommand("resume", new ResumeCommand(invocation))
                .addSubcommand("retry", new RetryCommand(invocation))
                .addSubcommand("dlq", DlqCommand.line(invocation))
                .addSubcommand("agents", new AgentsCommand(invocation))
                .addSubcommand("load-test", new LoadTestCommand(invocation))
                .addSubcommand("supervise", new SuperviseCommand(invocation))
                .setOut(writer(invocation.out()))
                .setErr(writer(invocation.err()))
                .setExecutionExceptionHandler((failure, at, parsed) -> explain(invocation, failure));
        withHelp(line);
        return line.execute(arguments);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** Every verb takes --help, without a verb of its own for it. */
    private static void withHelp(CommandLine line) {
        line.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows this help.")
                        .build());
        line.getSubcommands().values().forEach(OrchestratorCommand::withHelp);
    }

    private static int explain(Invocation invocation, Exception failure) {
        switch (failure) {
            case CliFailure known -> invocation.err().println(known.getMessage());
            case ApiFailure refused -> invocation.err().println(refused.getMessage());
            case InterruptedException interrupted -> invocation.err().println("Interrupted.");
            default -> {
                invocation.err().println("Unexpected: " + failure);
                failure.printStackTrace(invocation.err());
            }
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
