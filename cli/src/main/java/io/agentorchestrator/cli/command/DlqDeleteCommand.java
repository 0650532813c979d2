package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = "Deletes an open dead letter, or many; their tasks stay as they are.",
        footer = {"", "With --all, the oldest entries go first, and the answer says whether there are more."})
final class DlqDeleteCommand extends Verb {
    @Mixin
    private BulkOptions which = new BulkOptions();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered; of one entry, how it is now.")
    private boolean json;

    DlqDeleteCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        String entry = which.one(this::wrong);
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
        ApiAnswer now = client.get(DlqCommand.path(entry));
        if (json) {
            invocation.pass(now);
            return;
        }
        String state = now.as(Answers.DeadLetter.class).state();
        say(
                state.equals("DELETED")
                        ? entry + " is deleted."
                        : entry + " is not open and stays as it is: " + state + ".");
    }

    private void many(ApiClient client) throws InterruptedException {
        Query open = new Query(DlqCommand.PATH).with("state", "OPEN").with(which.filters());
        ApiAnswer deleted = client.delete(open.path(), Map.of());
        if (json) {
            invocation.pass(deleted);
            return;
        }
        Answers.BulkDeleted answer = deleted.as(Answers.BulkDeleted.class);
        say("Deleted: " + answer.count());
        if (answer.more()) {
            say("There are more; the same again deletes them, too.");
        }
    }
}
