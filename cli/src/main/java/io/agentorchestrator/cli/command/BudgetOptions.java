package io.agentorchestrator.cli.command;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the budget that a task or DAG is to have from now on. */
final class BudgetOptions {
    @Option(names = "--cost-budget", paramLabel = "USD", description = "The most that it may cost, all in all.")
    private @Nullable BigDecimal cost;

    @Option(names = "--token-budget", paramLabel = "N", description = "The most tokens that it may use, all in all.")
    private @Nullable Long tokens;

    /** The fields of a request; none that is not to be changed. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (cost != null) {
            fields.put("cost_budget", cost);
        }
        if (tokens != null) {
            fields.put("token_budget", tokens);
        }
        return fields;
    }
}
