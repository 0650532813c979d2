package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.dagfile.DagFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Submits a DAG file and returns at once.")
final class SubmitCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private DagArguments arguments = new DagArguments();

    @Mixin
    private IdempotencyOption idempotency = new IdempotencyOption();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    SubmitCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        DagFile dag = arguments.dag(invocation);
        ApiAnswer accepted = client.post("/v1/dags", dag.bytes(), dag.format().mediaType(), idempotency.headers());
        if (json) {
            invocation.pass(accepted);
        } else {
            Answers.AcceptedDag answer = accepted.as(Answers.AcceptedDag.class);
            WarningPrinter.print(invocation, answer.warnings());
            String dagId = answer.dagId();
            invocation.out().println(dagId);
            invocation.out().println("Follow it with ./orchestrator watch " + dagId);
        }
        return 0;
    }
}
