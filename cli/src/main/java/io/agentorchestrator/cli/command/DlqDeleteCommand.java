package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Deletes an open dead letter; its task stays as it is.")
final class DlqDeleteCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private EntryArgument entry = new EntryArgument();

    @Mixin
    private ApiOptions api = new ApiOptions();

    DlqDeleteCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        try {
            client.delete(entry.path());
        } catch (ApiFailure failure) {
            throw entry.explained(client, failure);
        }
        invocation.out().println(entry.id() + " is deleted.");
        return 0;
    }
}
