package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.dagfile.DagFile;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
        ApiAnswer plan = api.client(invocation)
                .post("/v1/dags/validate", dag.bytes(), dag.format().mediaType(), Map.of());
        if (json) {
            invocation.pass(plan);
        } else {
            print(dag.name(), plan.as(Answers.DagPlan.class));
        }
        return 0;
    }

    private void print(String name, Answers.DagPlan plan) {
        List<List<String>> levels = plan.levels();
        int tasks = levels.stream().mapToInt(List::size).sum();
        invocation.out().println("%s is valid; tasks: %d, levels: %d.".formatted(name, tasks, levels.size()));
        for (int level = 0; level < Math.min(levels.size(), MAX_LEVELS); level++) {
            invocation.out().println("  %d  %s".formatted(level + 1, String.join(", ", levels.get(level))));
        }
        if (levels.size() > MAX_LEVELS) {
            invocation.out().println("  … and " + (levels.size() - MAX_LEVELS) + " more levels (--json has them)");
        }
        invocation.out().println("Critical path: " + String.join(" → ", plan.criticalPath()));
        WarningPrinter.print(invocation, plan.warnings());
    }
}
