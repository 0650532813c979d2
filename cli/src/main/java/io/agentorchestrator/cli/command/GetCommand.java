package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.progress.OutcomeReport;
import io.agentorchestrator.cli.progress.RunView;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(description = "Shows a DAG's run or a task.")
final class GetCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private IdArgument id = new IdArgument();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    GetCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client(invocation);
        Optional<JsonNode> dag = client.find("/v1/dags/" + id.value());
        JsonNode found = dag.isPresent() ? dag.get() : id.task(client);
        if (json || dag.isEmpty()) {
            invocation.out().println(found.toPrettyString());
        } else {
            new OutcomeReport(Clock.systemUTC())
                    .lines(RunView.of(found), client.url("/v1/dags/" + id.value()))
                    .forEach(invocation.out()::println);
        }
        return 0;
    }
}
