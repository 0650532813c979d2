package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(description = "Deletes a budget; what it held goes on.")
final class BudgetsDeleteCommand extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The budget, as `budgets` shows it.")
    private String name = "";

    @Mixin
    private ApiOptions api = new ApiOptions();

    BudgetsDeleteCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        client.delete(Query.named(BudgetsCommand.PATH, name), Map.of());
        say(name + " is deleted.");
        return 0;
    }
}
