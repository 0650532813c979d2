package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.dagfile.DagFile;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        description = "Says whether the API would take a DAG file, and how it would run; stores nothing.",
        footer = {"", "Exits 0 only if it would."})
final class ValidateCommand extends ApiCommand {
    private static final int MAX_LEVELS = 50;

    @Mixin
    private DagArguments arguments = new DagArguments();

    private String name = "";

    ValidateCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    boolean sendsFile() {
        return true;
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        DagFile dag = arguments.dag(invocation);
        name = dag.name();
        return dag.post(client, "/v1/dags/validate", Map.of());
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.DagPlan plan = answer.as(Answers.DagPlan.class);
        List<List<String>> levels = plan.levels();
        int tasks = levels.stream().mapToInt(List::size).sum();
        say("%s is valid; tasks: %d, levels: %d.".formatted(name, tasks, levels.size()));
        for (int level = 0; level < Math.min(levels.size(), MAX_LEVELS); level++) {
            say("  %d  %s".formatted(level + 1, String.join(", ", levels.get(level))));
        }
        if (levels.size() > MAX_LEVELS) {
            say("  … and " + (levels.size() - MAX_LEVELS) + " more levels (--json has them)");
        }
        say("Critical path: " + String.join(" → ", plan.criticalPath()));
        invocation.warn(plan.warnings());
    }
}
