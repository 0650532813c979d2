package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answer;
import io.agentorchestrator.cli.dagfile.DagFile;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        description = "Says whether the API would take a DAG file, and how it would run; stores nothing.",
        footer = {"", "Exits 0 only if it would."})
final class ValidateCommand implements Callable<Integer> {
    private static final int MAX_LEVELS = 50;

    private final Invocation invocation;

    @Mixin
    private DagArguments arguments = new DagArguments();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    ValidateCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        DagFile dag = arguments.dag(invocation);
        Answer plan = api.client(invocation)
                .post("/v1/dags/validate", dag.bytes(), dag.format().mediaType(), Map.of());
        if (json) {
            invocation.pass(plan);
        } else {
            print(dag.name(), plan.json());
        }
        return 0;
    }

    private void print(String name, JsonNode plan) {
        JsonNode levels = plan.path("levels");
        int tasks = levels.valueStream().mapToInt(JsonNode::size).sum();
        invocation.out().println("%s is valid; tasks: %d, levels: %d.".formatted(name, tasks, levels.size()));
        for (int level = 0; level < Math.min(levels.size(), MAX_LEVELS); level++) {
            invocation.out().println("  %d  %s".formatted(level + 1, keys(levels.path(level), ", ")));
        }
        if (levels.size() > MAX_LEVELS) {
            invocation.out().println("  … and " + (levels.size() - MAX_LEVELS) + " more levels (--json has them)");
        }
        invocation.out().println("Critical path: " + keys(plan.path("critical_path"), " → "));
        Warnings.print(invocation, plan);
    }

    private static String keys(JsonNode keys, String between) {
        return keys.valueStream().map(key -> key.asString("")).collect(Collectors.joining(between));
    }
}
