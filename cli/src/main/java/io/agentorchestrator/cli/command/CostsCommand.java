package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Shows what was spent, and what is set apart for tasks that are out of the backlog.")
final class CostsCommand extends ApiCommand {
    private static final String PATH = "/v1/costs";

    @Option(
            names = "--by",
            paramLabel = "GROUPS",
            defaultValue = "task_type",
            description =
                    "Any of tenant, task_type, agent_type, dag and day, joined by commas (default: task_type). By tenant it is of all tenants.")
    private String by = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = "",
            description = "A day, such as 2026-11-30, or a time (default: 30 days before --to).")
    private String from = "";

    @Option(
            names = "--to",
            paramLabel = "TIME",
            defaultValue = "",
            description = "The same, not included (default: now).")
    private String to = "";

    CostsCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(new Query(PATH)
                .with("group_by", by)
                .with("from", from)
                .with("to", to)
                .path());
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        ConsoleTable table = new ConsoleTable(
                "TENANT",
                "TASK TYPE",
                "AGENT TYPE",
                "DAG",
                "DAY",
                "SPENT USD",
                "RESERVED USD",
                "TOKENS IN",
                "TOKENS OUT");
        Answers.CostList sums = answer.as(Answers.CostList.class);
        sums.costs()
                .forEach(cost -> table.add(
                        cost.tenant(),
                        cost.taskType(),
                        cost.agentType(),
                        cost.dagId(),
                        cost.day(),
                        cost.spentUsd(),
                        cost.reservedUsd(),
                        cost.inputTokens(),
                        cost.outputTokens()));
        invocation.print(table);
        if (Boolean.TRUE.equals(sums.truncated())) {
            say("There are more: these %,d are the largest. Ask for less by --from, --to or --by."
                    .formatted(sums.costs().size()));
        }
    }
}
