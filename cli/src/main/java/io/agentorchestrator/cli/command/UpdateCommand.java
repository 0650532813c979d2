package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
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
import picocli.CommandLine.Parameters;

@Command(
        description =
                "Changes the priority, the deadline or the budget of a DAG or a task that has not ended, or the priority of all with a label.",
        footer = {
            "",
            "What waits goes by it at once, what runs with its next attempt; what a budget held goes on where there is room now.",
            "A label is that of tasks, and of DAGs with all their tasks; 10,000 tasks at most are changed at once.",
            "Example: ./orchestrator update TASK_ID --priority HIGH",
            "         ./orchestrator update --label team=search --priority HIGH"
        })
final class UpdateCommand extends ApiCommand {
    private static final int CONFLICT = 409;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "The id of a DAG or a task.")
    private @Nullable String id;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Instead of an id: all with this label. Takes --priority alone.")
    private @Nullable String label;

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
        if ((id == null) == (label == null)) {
            throw wrong("Of what? Give an id or --label KEY=VALUE, one of them.");
        }
        if (body.isEmpty()) {
            throw wrong("What is to be changed? Give --priority, --deadline, --cost-budget or --token-budget.");
        }
        if (label != null) {
            if (priority == null || body.size() > 1) {
                throw wrong("--label takes --priority, and nothing else can be changed by label.");
            }
            return client.post("/v1/tasks/reprioritize", Map.of("label", label, "priority", priority));
        }
        IdArgument found = new IdArgument(String.valueOf(id));
        Optional<ApiAnswer> dag = ApiClient.ifFound(() -> client.patch("/v1/dags/" + found.value(), body));
        return dag.isPresent()
                ? dag.get()
                : found.orUnknown(client, () -> client.patch("/v1/tasks/" + found.value(), body));
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) {
        return refused.status() == CONFLICT && id != null
                ? refused.advising("See how it stands with ./orchestrator get " + id)
                : refused;
    }

    @Override
    void show(ApiClient client, ApiAnswer changed) {
        if (label == null) {
            say("It is changed. See how it stands with ./orchestrator get " + id);
            return;
        }
        Answers.ChangedByLabel all = changed.as(Answers.ChangedByLabel.class);
        say(all.changed() + " tasks have another priority now, and the DAGs with this label.");
        if (all.more()) {
            say("There are more of them: give the same command again.");
        }
    }
}
