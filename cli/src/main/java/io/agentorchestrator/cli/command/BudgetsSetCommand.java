package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description =
                "Sets a budget of the tenant, or of the name `installation` that of all tenants together, in the place of one of its name.")
final class BudgetsSetCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Option(names = "--period", paramLabel = "PERIOD", required = true, description = "PT1H or P1D.")
    private String period = "";

    @Option(names = "--cost", paramLabel = "USD", description = "How much may be spent in each.")
    private @Nullable BigDecimal cost;

    @Option(names = "--tokens", paramLabel = "TOKENS", description = "How many tokens may be used in each.")
    private @Nullable Long tokens;

    @Option(
            names = "--hold-back",
            paramLabel = "PRIORITY",
            description = "May use only 80 %% of it. Repeatable (default: LOW and BACKGROUND).")
    private List<String> heldBack = new ArrayList<>();

    BudgetsSetCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("period", period);
        if (cost != null) {
            body.put("cost_usd", cost);
        }
        if (tokens != null) {
            body.put("tokens", tokens);
        }
        if (!heldBack.isEmpty()) {
            body.put("priorities_held_back_first", heldBack);
        }
        return client.put(Query.named(BudgetsCommand.PATH, name), body);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.BudgetView budget = answer.as(Answers.BudgetView.class);
        invocation.warn(Objects.requireNonNullElse(budget.warnings(), List.of()));
        say("%s is set; it begins anew at %s.".formatted(budget.name(), budget.endsAt()));
    }
}
