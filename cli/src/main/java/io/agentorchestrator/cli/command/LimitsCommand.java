package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        description = "Lists the limits of models and keys, with what is used of them and how many tasks wait.",
        commandListHeading = "%nCommands:%n")
final class LimitsCommand extends ApiCommand {
    static final String PATH = "/v1/limits";

    private LimitsCommand(Invocation invocation) {
        super(invocation);
    }

    /** With its verbs. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new LimitsCommand(invocation))
                .addSubcommand("set", new LimitsSetCommand(invocation))
                .addSubcommand("delete", new LimitsDeleteCommand(invocation));
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(PATH);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        ConsoleTable table =
                new ConsoleTable("LIMIT", "BY", "VALUE", "IN FLIGHT", "A MINUTE", "TOKENS A MINUTE", "WAITING");
        answer.as(Answers.LimitList.class)
                .limits()
                .forEach(limit -> table.add(
                        limit.name(),
                        limit.by(),
                        limit.value() == null ? "each" : limit.value(),
                        used(limit.inFlight(), limit.maxInFlight()),
                        used(limit.startedLastMinute(), limit.maxPerMinute()),
                        used(limit.tokensLastMinute(), limit.maxTokensPerMinute()),
                        limit.waiting()));
        invocation.print(table);
    }

    /** The use by all values together, of what each may use. */
    static String used(@Nullable Number used, @Nullable Number most) {
        return most == null ? String.valueOf(used) : used + " of " + most;
    }
}
