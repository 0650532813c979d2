package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Cancels a DAG or a task; what has ended stays as it is.")
final class CancelCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private CommandArguments arguments = new CommandArguments();

    CancelCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = arguments.client(invocation);
        Optional<ApiAnswer> answer = arguments.send(client, "dags", "cancel");
        if (answer.isEmpty()) {
            answer = arguments.send(client, "tasks", "cancel");
        }
        arguments.print(invocation, answer.orElseThrow(() -> arguments.unknown(client)));
        return 0;
    }
}
