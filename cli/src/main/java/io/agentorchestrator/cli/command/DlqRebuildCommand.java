package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        description = "Writes the stream in Redis anew from the database, with the same entry ids.",
        footer = {"", "Returns at once; the worker does it in a moment, or as soon as Redis can be reached."})
final class DlqRebuildCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    DlqRebuildCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiAnswer rebuilt =
                api.client(invocation).post(DlqCommand.PATH + "/rebuild", JsonNodeFactory.instance.objectNode());
        if (json) {
            invocation.pass(rebuilt);
        } else {
            Answers.DeadLetterStream stream = rebuilt.as(Answers.DeadLetterStream.class);
            invocation
                    .out()
                    .println("The stream %s is written anew, with %d entries; %s tells when that was last done."
                            .formatted(
                                    stream.stream(),
                                    stream.open(),
                                    api.client(invocation).url(DlqCommand.PATH + "/stream")));
        }
        return 0;
    }
}
