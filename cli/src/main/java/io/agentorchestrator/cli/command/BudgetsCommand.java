package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        description = "Lists the budgets for each hour or day, with what is used of them.",
        commandListHeading = "%nCommands:%n")
final class BudgetsCommand extends ApiCommand {
    static final String PATH = "/v1/budgets";

    private BudgetsCommand(Invocation invocation) {
        super(invocation);
    }

    /** With its verbs. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new BudgetsCommand(invocation))
                .addSubcommand("set", new BudgetsSetCommand(invocation))
                .addSubcommand("delete", new BudgetsDeleteCommand(invocation));
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(PATH);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        ConsoleTable table = new ConsoleTable(
                "BUDGET", "PERIOD", "USD", "SPENT", "RESERVED", "TOKENS", "SPENT", "RESERVED", "ANEW AT");
        answer.as(Answers.BudgetList.class)
                .budgets()
                .forEach(budget -> table.add(
                        budget.name(),
                        budget.period(),
                        budget.costUsd(),
                        budget.spentUsd(),
                        budget.reservedUsd(),
                        budget.tokens(),
                        budget.spentTokens(),
                        budget.reservedTokens(),
                        budget.endsAt()));
        invocation.print(table);
    }
}
