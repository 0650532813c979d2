package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        description = "Lists and reprocesses dead letters: tasks that failed for good.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "An entry is OPEN until a task is made of it, its own task runs again, or somebody deletes it.",
            "The open ones are also in Redis: redis-cli XREAD STREAMS task_dead_letter_queue 0"
        })
final class DlqCommand extends Verb {
    static final String PATH = "/v1/dead-letters";

    private DlqCommand(Invocation invocation) {
        super(invocation);
    }

    /** With all its verbs. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new DlqCommand(invocation))
                .addSubcommand("list", new DlqListCommand(invocation))
                .addSubcommand("show", new DlqShowCommand(invocation))
                .addSubcommand("reprocess", new DlqReprocessCommand(invocation))
                .addSubcommand("delete", new DlqDeleteCommand(invocation))
                .addSubcommand("rebuild", new DlqRebuildCommand(invocation));
    }

    /** Where the API has an entry. */
    static String path(String id) {
        if (!id.matches("\\d{1,19}-\\d{1,19}")) {
            throw new UsageFailure("`" + id + "` is no id of a dead letter: it looks like 1700000000000-0.");
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
