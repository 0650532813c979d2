package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        description = "Writes the stream in Redis anew from the database, with the same entry ids.",
        footer = {"", "Returns at once; the worker does it in a moment, or as soon as Redis can be reached."})
final class DlqRebuildCommand extends ApiCommand {
    DlqRebuildCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.post(DlqCommand.PATH + "/rebuild", Map.of());
    }

    @Override
    void show(ApiClient client, ApiAnswer rebuilt) {
        Answers.DeadLetterStream stream = rebuilt.as(Answers.DeadLetterStream.class);
        say("The stream %s is written anew, with %d entries; %s tells when that was last done."
                .formatted(stream.stream(), stream.open(), client.url(DlqCommand.PATH + "/stream")));
    }
}
