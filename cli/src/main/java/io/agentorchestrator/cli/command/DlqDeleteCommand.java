package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        description = "Deletes an open dead letter, or many; their tasks stay as they are.",
        footer = {"", "With --all, the oldest entries go first, and the answer says whether there are more."})
final class DlqDeleteCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Mixin
    private BulkOptions which = new BulkOptions();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "With --all: prints what the API answered.")
    private boolean json;

    DlqDeleteCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        String entry = which.one(why -> new ParameterException(spec.commandLine(), why));
        ApiClient client = api.client(invocation);
        if (entry == null) {
            many(client);
        } else {
            one(client, entry);
        }
        return 0;
    }

    private void one(ApiClient client, String entry) throws InterruptedException {
        try {
            client.delete(DlqCommand.path(entry), Map.of());
        } catch (ApiFailure failure) {
            throw DlqCommand.explained(client, entry, failure);
        }
        invocation.out().println(entry + " is deleted.");
    }

    private void many(ApiClient client) throws InterruptedException {
        ApiAnswer deleted = client.delete(
                new Query(DlqCommand.PATH)
                        .with("state", "OPEN")
                        .with("task_type", which.taskType)
                        .with("error_code", which.errorCode)
                        .with("limit", Objects.toString(which.limit, ""))
                        .toString(),
                Map.of());
        if (json) {
            invocation.pass(deleted);
            return;
        }
        Answers.BulkDeleted answer = deleted.as(Answers.BulkDeleted.class);
        invocation.out().println("Deleted: " + answer.count());
        if (answer.more()) {
            invocation.out().println("There are more; the same again deletes them, too.");
        }
    }
}
