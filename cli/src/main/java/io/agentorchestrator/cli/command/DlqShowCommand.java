package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(description = "Shows a dead letter, in whatever state, with its payload.")
final class DlqShowCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "ENTRY", description = "The id of a dead letter, as `dlq list` shows it.")
    private String entry = "";

    DlqShowCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(DlqCommand.path(entry));
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) {
        return DlqCommand.explained(client, entry, refused);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        for (var field : answer.json().properties()) {
            String name = "%-15s ".formatted(field.getKey());
            if (field.getValue().isString()) {
                say(name + field.getValue().stringValue());
            } else {
                invocation.out().printMessage(name + LosslessJson.pretty(field.getValue()));
            }
        }
        Answers.DeadLetter letter = answer.as(Answers.DeadLetter.class);
        if (letter.state().equals("OPEN")) {
            // Alone, a task of a DAG may lack the results that its payload names.
            String inItsDag = letter.dagId() == null ? "" : " --resume-dag";
            say("Try it again with ./orchestrator dlq reprocess " + entry + inItsDag);
        }
    }
}
