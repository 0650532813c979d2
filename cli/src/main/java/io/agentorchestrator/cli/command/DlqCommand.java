package io.agentorchestrator.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        description = "Lists and reprocesses dead letters: tasks that failed for good.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "An entry is OPEN until a task is made of it, its own task runs again, or somebody deletes it.",
            "The open ones are also in Redis: redis-cli XREAD STREAMS task_dead_letter_queue 0"
        })
final class DlqCommand implements Callable<Integer> {
    static final String PATH = "/v1/dead-letters";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    /** With all its verbs. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new DlqCommand())
                .addSubcommand("list", new DlqListCommand(invocation))
                .addSubcommand("show", new DlqShowCommand(invocation))
                .addSubcommand("reprocess", new DlqReprocessCommand(invocation))
                .addSubcommand("delete", new DlqDeleteCommand(invocation))
                .addSubcommand("rebuild", new DlqRebuildCommand(invocation));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
