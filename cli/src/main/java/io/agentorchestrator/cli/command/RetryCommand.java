package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.util.RawValue;

@Command(
        description = "Runs a DAG again after its end: what has not completed, in the DAG's next run.",
        footer = {
            "",
            "What has completed keeps its result, unless --from names it or something that it depends on.",
            "Example: ./orchestrator retry DAG_ID --from extract --payload 'extract={\"pages\": 20}'"
        })
final class RetryCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "DAG_ID", description = "The id of a DAG that has ended.")
    private String id = "";

    @Option(
            names = "--from",
            paramLabel = "KEY",
            description = "Runs this task again too, with all that depend on it, completed or not. Repeatable.")
    private List<String> from = new ArrayList<>();

    @Option(
            names = "--payload",
            paramLabel = "KEY=JSON",
            description = "A new payload for a task, which is then as if named by --from. Repeatable.")
    private List<String> payloads = new ArrayList<>();

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    @Mixin
    private ReasonOption reason = new ReasonOption();

    RetryCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        if (!from.isEmpty()) {
            body.put("from", from);
        }
        if (!payloads.isEmpty()) {
            Map<String, RawValue> byKey = new LinkedHashMap<>();
            NamedJson.byName("the payload of", NamedJson.of("--payload", "KEY=JSON", payloads, RetryCommand::payload))
                    .forEach((key, json) -> byKey.put(key, new RawValue(json)));
            body.put("payloads", byKey);
        }
        body.putAll(budget.fields());
        body.putAll(reason.field());
        return client.post("/v1/dags/" + IdArgument.checked(id) + "/retry", body);
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) throws InterruptedException {
        if (refused.status() == NOT_FOUND) {
            return unknown(client, refused);
        }
        return switch (refused.code()) {
            case "DAG_NOT_ENDED" -> refused.advising("Follow it to its end with ./orchestrator watch " + id);
            case "NOTHING_TO_RERUN" -> refused.advising("That is: --from KEY");
            default -> refused;
        };
    }

    private static String payload(String key, String text) {
        String payload = LosslessJson.checked("The payload of `" + key + "`", text);
        if (!payload.startsWith("{")) {
            throw new UsageFailure("The payload of `" + key + "` is no JSON object: " + text);
        }
        return payload;
    }

    private CliFailure unknown(ApiClient client, ApiFailure failure) throws InterruptedException {
        Optional<ApiAnswer> task = client.find("/v1/tasks/" + id);
        if (task.isEmpty()) {
            return new CliFailure(
                    "%s knows no DAG `%s`: %s lists all.".formatted(client.baseUrl(), id, client.url("/v1/dags")),
                    failure);
        }
        String dagId = task.get().as(Answers.Task.class).dagId();
        return new CliFailure(
                dagId == null
                        ? "`%s` is a task of no DAG: if it failed, ./orchestrator dlq list names its dead letter, and dlq reprocess makes a new task of it."
                                .formatted(id)
                        : "`%s` is a task, and DAGs are retried: its DAG is %s.".formatted(id, dagId),
                failure);
    }

    @Override
    void show(ApiClient client, ApiAnswer retried) {
        Answers.AcceptedRetry answer = retried.as(Answers.AcceptedRetry.class);
        say("Run %d of the DAG begins, with %s".formatted(answer.runNumber(), String.join(", ", answer.tasks())));
        say("Follow it with ./orchestrator watch " + id);
    }
}
