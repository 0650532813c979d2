package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.progress.OutcomeReport;
import io.agentorchestrator.cli.progress.RunView;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(description = "Shows a DAG's run or a task.")
final class GetCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "ID", description = "The id of a DAG or a task.")
    private String id = "";

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    GetCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        if (!id.matches("[A-Za-z0-9-]{1,64}")) {
            throw new CliFailure("`" + id + "` is no id: it looks like 01980000-0000-7000-8000-000000000000.");
        }
        ApiClient client = api.client(invocation);
        Optional<JsonNode> dag = client.find("/v1/dags/" + id);
        JsonNode found = dag.isPresent() ? dag.get() : client.get("/v1/tasks/" + id);
        if (json || dag.isEmpty()) {
            invocation.out().println(found.toPrettyString());
        } else {
            new OutcomeReport(Clock.systemUTC())
                    .lines(RunView.of(found), client.url("/v1/dags/" + id))
                    .forEach(invocation.out()::println);
        }
        return 0;
    }
}
