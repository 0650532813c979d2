package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Deletes a limit; what waited for it goes on within seconds.")
final class LimitsDeleteCommand extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "The limit, as `limits` shows it.")
    private String name = "";

    LimitsDeleteCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.delete(Query.named(LimitsCommand.PATH, name), Map.of());
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        say(name + " is deleted.");
    }
}
