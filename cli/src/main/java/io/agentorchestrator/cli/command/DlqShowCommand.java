package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(description = "Shows a dead letter, in whatever state, with its payload.")
final class DlqShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private EntryArgument entry = new EntryArgument();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    DlqShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        ApiAnswer answer;
        try {
            answer = client.get(entry.path());
        } catch (ApiFailure failure) {
            throw entry.explained(client, failure);
        }
        if (json) {
            invocation.pass(answer);
            return 0;
        }
        JsonNode found = answer.json();
        for (var field : found.properties()) {
            String name = "%-15s ".formatted(field.getKey());
            if (field.getValue().isString()) {
                invocation.out().println(name + field.getValue().stringValue());
            } else {
                invocation.out().printMessage(name + LosslessJson.pretty(field.getValue()));
            }
        }
        Answers.DeadLetter letter = answer.as(Answers.DeadLetter.class);
        if (letter.state().equals("OPEN")) {
            // Alone, a task of a DAG may lack the results that its payload names.
            String inItsDag = letter.dagId() == null ? "" : " --resume-dag";
            invocation.out().println("Try it again with ./orchestrator dlq reprocess " + entry.id() + inItsDag);
        }
        return 0;
    }
}
