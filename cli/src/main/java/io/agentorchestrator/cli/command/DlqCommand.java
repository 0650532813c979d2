package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
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

    /** Where the API has an entry. */
    static String path(String id) {
        if (!id.matches("\\d{1,19}-\\d{1,19}")) {
            throw new CliFailure("`" + id + "` is no id of a dead letter: it looks like 1700000000000-0.");
        }
        return PATH + "/" + id;
    }

    /** The same failure, but of an entry that nobody knows the way out. */
    static RuntimeException explained(ApiClient client, String id, ApiFailure failure) {
        return failure.status() == ApiCommand.NOT_FOUND
                ? new CliFailure(
                        "%s knows no dead letter `%s`: ./orchestrator dlq list shows the open ones, --state ALL every one."
                                .formatted(client.baseUrl(), id),
                        failure)
                : failure;
    }
}
