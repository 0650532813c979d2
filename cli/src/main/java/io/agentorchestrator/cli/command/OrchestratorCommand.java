package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.console.OutputLost;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Arguments;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
public final class OrchestratorCommand extends Verb {
    private static final int HELP_COLUMNS = 80;
    private static final String JSON = "--json";

    /** Every verb takes it; picocli reads it. */
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    private boolean help;

    private OrchestratorCommand(Invocation invocation) {
        super(invocation);
    }

    /** Runs what this process was started with; returns the exit code. */
    public static int start(String... arguments) {
        return start(invocation -> new LoadTestElsewhere(), arguments);
    }

    /**
     * Runs what this process was started with; returns the exit code.
     *
     * @param loadTest makes the verb {@code load-test}
     */
    public static int start(Function<Invocation, Callable<Integer>> loadTest, String... arguments) {
        Invocation invocation = Invocation.ofThisProcess();
        try {
            Arguments.check(arguments);
        } catch (CliFailure failure) {
            return explain(invocation, failure);
        }
        return run(invocation, line(invocation, loadTest.apply(invocation)), arguments);
    }

    /** Runs the verb that the arguments name; returns the exit code. */
    public static int run(Invocation invocation, String... arguments) {
        return run(invocation, line(invocation, new LoadTestElsewhere()), arguments);
    }

    private static int run(Invocation invocation, CommandLine line, String... arguments) {
        int code = line.execute(arguments);
        return invocation.out().lost().map(lost -> explain(invocation, lost)).orElse(code);
    }

    private static int explain(Invocation invocation, OutputLost lost) {
        if (!lost.readerLeft()) {
            invocation.err().println(String.valueOf(lost.getMessage()));
        }
        return OutputLost.EXIT_CODE;
    }

    /**
     * The command line, before anything is parsed.
     *
     * @param loadTest the verb {@code load-test}
     */
    public static CommandLine line(Invocation invocation, Callable<Integer> loadTest) {
        return new CommandLine(new OrchestratorCommand(invocation))
                .addSubcommand("run", new RunCommand(invocation))
                .addSubcommand("up", new UpCommand(invocation))
                .addSubcommand("down", new DownCommand(invocation))
                .addSubcommand("status", new StatusCommand(invocation))
                .addSubcommand("doctor", new DoctorCommand(invocation))
                .addSubcommand("submit", new SubmitCommand(invocation))
                .addSubcommand("validate", new ValidateCommand(invocation))
                .addSubcommand("list", new ListCommand(invocation))
                .addSubcommand("get", new GetCommand(invocation))
                .addSubcommand("watch", new WatchCommand(invocation))
                .addSubcommand("cancel", new ControlCommand.Cancel(invocation))
                .addSubcommand("pause", new ControlCommand.Pause(invocation))
                .addSubcommand("resume", new ControlCommand.Resume(invocation))
                .addSubcommand("update", new UpdateCommand(invocation))
                .addSubcommand("retry", new RetryCommand(invocation))
                .addSubcommand("dlq", DlqCommand.line(invocation))
                .addSubcommand("agents", AgentsCommand.line(invocation))
                .addSubcommand("queues", new QueuesCommand(invocation))
                .addSubcommand("limits", LimitsCommand.line(invocation))
                .addSubcommand("costs", new CostsCommand(invocation))
                .addSubcommand("budgets", BudgetsCommand.line(invocation))
                .addSubcommand("flags", FlagsCommand.line(invocation))
                .addSubcommand("settings", SettingsCommand.line(invocation))
                .addSubcommand("load-test", loadTest)
                .addSubcommand("completion", new CompletionCommand(invocation))
                .addSubcommand("supervise", new SuperviseCommand(invocation))
                .setOut(invocation.out().writer())
                .setErr(invocation.err().writer())
                // Values are text as typed, whatever they begin with; and the help is the same everywhere.
                .setExpandAtFiles(false)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionExceptionHandler((failure, at, parsed) -> {
                    if (at.getParseResult().hasMatchedOption(JSON)) {
                        passProblem(invocation, failure);
                    }
                    return explain(invocation, failure);
                });
    }

    /** Passes on, for programs, the problem with which an API refused; nothing where none did. */
    private static void passProblem(Invocation invocation, Exception failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ApiFailure refused && refused.isProblem()) {
                invocation.pass(refused.body());
                return;
            }
        }
    }

    private static int explain(Invocation invocation, Exception failure) {
        switch (failure) {
            case OutputLost told -> {
                return OutputLost.EXIT_CODE;
            }
            case CliFailure known -> {
                invocation.err().printMessage(String.valueOf(known.getMessage()));
                return known.exitCode();
            }
            case InterruptedException interrupted -> invocation.err().println("Interrupted.");
            default -> {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace, true));
                invocation.err().printMessage("Unexpected: " + trace);
            }
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
