package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        description = "Makes a new task of a dead letter, or of many.",
        footer = {
            "",
            "An entry becomes one task: asked again, the same task is named. With --all, the oldest entries come first, and those",
            "whose payload needs results of their DAG are left out and named; reprocess these one by one, with --resume-dag."
        })
final class DlqReprocessCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Mixin
    private BulkOptions which = new BulkOptions();

    @Option(
            names = "--resume-dag",
            description = "The new task takes the old one's place in its DAG, whose next run goes on from there.")
    private boolean resumeDag;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    DlqReprocessCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        String entry = which.one(spec);
        if (entry == null && resumeDag) {
            throw new ParameterException(
                    spec.commandLine(), "--resume-dag takes one ENTRY: with --all, each new task stands alone.");
        }
        ApiClient client = api.client(invocation);
        if (entry != null) {
            one(client, entry);
        } else {
            many(client);
        }
        return 0;
    }

    private void one(ApiClient client, String id) throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (resumeDag) {
            body.put("resume_dag", true);
        }
        ApiAnswer reprocessed;
        try {
            reprocessed = client.post(EntryArgument.path(id) + "/reprocess", body);
        } catch (ApiFailure failure) {
            throw explained(client, id, failure);
        }
        if (json) {
            invocation.pass(reprocessed);
            return;
        }
        Answers.ReprocessedTask answer = reprocessed.as(Answers.ReprocessedTask.class);
        invocation.out().println(answer.taskId());
        if (answer.dagId() == null) {
            invocation.out().println("Follow it with ./orchestrator watch " + answer.taskId());
        } else {
            invocation
                    .out()
                    .println("Its DAG goes on as run %s; follow it with ./orchestrator watch %s"
                            .formatted(answer.runNumber(), answer.dagId()));
        }
    }

    private static RuntimeException explained(ApiClient client, String id, ApiFailure failure) {
        return switch (failure.code()) {
            case "NEEDS_ITS_DAG" ->
                new CliFailure(
                        failure.getMessage() + "\nThat is: ./orchestrator dlq reprocess " + id + " --resume-dag",
                        failure);
            case "NOT_IN_A_DAG" ->
                new CliFailure(failure.getMessage() + "\nThat is: ./orchestrator dlq reprocess " + id, failure);
            default -> EntryArgument.explained(client, id, failure);
        };
    }

    private void many(ApiClient client) throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (which.taskType != null) {
            body.put("task_type", which.taskType);
        }
        if (which.errorCode != null) {
            body.put("error_code", which.errorCode);
        }
        if (which.limit != null) {
            body.put("limit", which.limit);
        }
        ApiAnswer reprocessed = client.post(DlqCommand.PATH + "/reprocess", body);
        if (json) {
            invocation.pass(reprocessed);
            return;
        }
        Answers.BulkReprocessed answer = reprocessed.as(Answers.BulkReprocessed.class);
        invocation.out().println("New tasks: " + answer.count() + " (--json names them)");
        if (!answer.skipped().isEmpty()) {
            invocation
                    .out()
                    .println(
                            "Entries that stay as they are: " + answer.skipped().size());
            answer.skipped()
                    .forEach(each -> invocation
                            .out()
                            .println("  %-18s %s: %s".formatted(each.entryId(), each.code(), each.message())));
        }
    }
}
