package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A verb that asks the API something, and shows the answer: as it came with {@code --json}, else for people. */
abstract class ApiCommand implements Callable<Integer> {
    static final int NOT_FOUND = 404;

    final Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    ApiCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public final Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        ApiAnswer answer = ask(client);
        if (json) {
            invocation.pass(answer);
        } else {
            show(client, answer);
        }
        return 0;
    }

    abstract ApiAnswer ask(ApiClient client) throws InterruptedException;

    /** Shows it to people. */
    abstract void show(ApiClient client, ApiAnswer answer) throws InterruptedException;

    final void say(String line) {
        invocation.out().println(line);
    }

    final ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
