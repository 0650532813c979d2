package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A verb that asks the API something, and shows the answer: as it came with {@code --json}, else for people. */
abstract class ApiCommand extends Verb {
    static final int NOT_FOUND = 404;
    /** Refusals of a value that is never taken, whatever there is. */
    private static final Set<String> WRONG_VALUE = Set.of("INVALID_VALUE", "OUT_OF_RANGE");

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    ApiCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public final Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        ApiAnswer answer;
        try {
            answer = ask(client);
        } catch (ApiFailure refused) {
            RuntimeException explained = explained(client, refused);
            throw WRONG_VALUE.contains(refused.code()) && !sendsFile()
                    ? new UsageFailure(String.valueOf(explained.getMessage()), explained)
                    : explained;
        }
        if (json) {
            invocation.pass(answer);
        } else {
            show(client, answer);
        }
        return 0;
    }

    /** Tells whether it sends a file; what others send is words of the command line. */
    boolean sendsFile() {
        return false;
    }

    abstract ApiAnswer ask(ApiClient client) throws InterruptedException;

    /** The refusal, with the way out where this verb knows one. */
    RuntimeException explained(ApiClient client, ApiFailure refused) throws InterruptedException {
        return refused;
    }

    /** Shows it to people. */
    abstract void show(ApiClient client, ApiAnswer answer) throws InterruptedException;
}
