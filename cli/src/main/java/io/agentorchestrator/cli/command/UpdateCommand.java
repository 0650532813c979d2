package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = "Changes the priority, the deadline or the budget of a DAG or a task that has not ended.",
        footer = {
            "",
            "What waits goes by it at once, what runs with its next attempt; what a budget held goes on where there is room now.",
            "Example: ./orchestrator update TASK_ID --priority HIGH"
        })
final class UpdateCommand extends ApiCommand {
    private static final int CONFLICT = 409;

    @Mixin
    private IdArgument id = new IdArgument();

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            description = "CRITICAL, HIGH, NORMAL, LOW or BACKGROUND; a DAG's is that of all its tasks.")
    private @Nullable String priority;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "When it has to have ended, such as 2030-01-01T00:00:00Z.")
    private @Nullable String deadline;

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    UpdateCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        if (priority != null) {
            body.put("priority", priority);
        }
        if (deadline != null) {
            body.put("deadline", deadline);
        }
        body.putAll(budget.fields());
        if (body.isEmpty()) {
            throw wrong("What is to be changed? Give --priority, --deadline, --cost-budget or --token-budget.");
        }
        Optional<ApiAnswer> dag = ApiClient.ifFound(() -> client.patch("/v1/dags/" + id.value(), body));
        return dag.isPresent() ? dag.get() : id.orUnknown(client, () -> client.patch("/v1/tasks/" + id.value(), body));
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) {
        return refused.status() == CONFLICT
                ? refused.advising("See how it stands with ./orchestrator get " + id.value())
                : refused;
    }

    @Override
    void show(ApiClient client, ApiAnswer changed) {
        say("It is changed. See how it stands with ./orchestrator get " + id.value());
    }
}
