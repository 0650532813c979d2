package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Submits a DAG file and returns at once.")
final class SubmitCommand extends ApiCommand {
    @Mixin
    private DagArguments arguments = new DagArguments();

    @Mixin
    private IdempotencyOption idempotency = new IdempotencyOption();

    SubmitCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    boolean sendsFile() {
        return true;
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return arguments.dag(invocation).post(client, "/v1/dags", idempotency.headers());
    }

    @Override
    void show(ApiClient client, ApiAnswer accepted) {
        Answers.AcceptedDag answer = accepted.as(Answers.AcceptedDag.class);
        invocation.warn(answer.warnings());
        say(answer.dagId());
        hint("Follow it with ./orchestrator watch " + answer.dagId());
    }
}
