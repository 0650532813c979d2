package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.dagfile.DagFile;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.progress.Followed;
import io.agentorchestrator.cli.stack.Ports;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        description = "Runs a DAG file and shows its progress; starts the embedded stack if no API answers.",
        footer = {"", "Exits 0 only if the run completed. Ctrl-C leaves; the run goes on."})
final class RunCommand extends Verb {
    @Mixin
    private DagArguments arguments = new DagArguments();

    @Mixin
    private IdempotencyOption idempotency = new IdempotencyOption();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Mixin
    private PortOptions ports = new PortOptions();

    RunCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        Ports chosen = ports.ports();
        DagFile dag = arguments.dag(invocation);
        ApiClient client = answeringApi(chosen);
        Answers.AcceptedDag accepted =
                dag.post(client, "/v1/dags", idempotency.headers()).as(Answers.AcceptedDag.class);
        String dagId = accepted.dagId();
        if (dagId.isEmpty()) {
            throw new CliFailure(client.baseUrl() + " accepted the DAG without an id: is it an Agent Orchestrator?");
        }
        say("Submitted as " + dagId + ".");
        invocation.warn(accepted.warnings());
        return new RunWatch(invocation, client).show(Followed.dag(dagId));
    }

    /** The API that the user named or that already answers; else this checkout's stack, started now. */
    private ApiClient answeringApi(Ports chosen) throws IOException, InterruptedException {
        if (invocation.namedApi(api.url()).isPresent()) {
            return api.client(invocation);
        }
        CheckoutStack stack = CheckoutStack.of(invocation, chosen, false);
        ApiClient client = stack.api();
        if (!stack.answers()) {
            stack.start();
            say("");
        } else if (!stack.ours()) {
            // Such as another checkout's stack.
            say("Using the API that answers at " + client.baseUrl() + ".");
        }
        return client;
    }
}
