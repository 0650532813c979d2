package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.PageOptions.Found;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.Table;
import io.agentorchestrator.cli.console.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        description = "Lists DAGs or tasks, newest first.",
        footer = {
            "",
            "Without WHAT, filters of tasks alone (--type, --dag, --priority, --agent) make it a list of tasks."
        })
final class ListCommand implements Callable<Integer> {
    private static final int MAX_NAME_COLUMNS = 40;

    /** What can be listed. */
    enum What {
        dags,
        tasks
    }

    private final Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "WHAT",
            description = "${COMPLETION-CANDIDATES} (default: dags).")
    private @Nullable What what;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            defaultValue = "",
            description =
                    "PENDING, RUNNING, COMPLETED, FAILED or CANCELLED; also PAUSED of DAGs, WAITING and QUEUED of tasks.")
    private String status = "";

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "Only with this label. Repeatable: with all of them.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "DAGs: of this name.")
    private String name = "";

    @Option(names = "--type", paramLabel = "TYPE", defaultValue = "", description = "Tasks: of this type.")
    private String type = "";

    @Option(names = "--dag", paramLabel = "DAG_ID", defaultValue = "", description = "Tasks: of this DAG.")
    private String dag = "";

    @Option(names = "--priority", paramLabel = "PRIORITY", defaultValue = "", description = "Tasks: of this priority.")
    private String priority = "";

    @Option(
            names = "--agent",
            paramLabel = "AGENT_ID",
            defaultValue = "",
            description = "Tasks: that this agent has, or of which it had an attempt.")
    private String agent = "";

    @Mixin
    private PageOptions page = new PageOptions();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    ListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Map<String, String> ofTasks = new LinkedHashMap<>();
        ofTasks.put("--type", type);
        ofTasks.put("--dag", dag);
        ofTasks.put("--priority", priority);
        ofTasks.put("--agent", agent);
        ofTasks.values().removeIf(String::isEmpty);
        if (what == What.dags && !ofTasks.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.join(", ", ofTasks.keySet()) + ": for tasks alone; DAGs have none. List tasks instead.");
        }
        boolean tasks = what == What.tasks || !ofTasks.isEmpty();
        if (tasks && !name.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--name is a filter of DAGs; tasks have none.");
        }
        Query filters = new Query(tasks ? "/v1/tasks" : "/v1/dags")
                .with("status", status)
                .with("name", name)
                .with("task_type", type)
                .with("dag_id", dag)
                .with("priority", priority)
                .with("agent_id", agent);
        labels.forEach(label -> filters.with("label", label));
        ApiClient client = api.client(invocation);
        if (json) {
            invocation.pass(page.one(client, filters));
        } else {
            Found found = page.many(client, filters, tasks ? "tasks" : "dags");
            print(found.items(), tasks);
            found.printNext(invocation);
        }
        return 0;
    }

    private void print(List<JsonNode> found, boolean tasks) {
        if (found.isEmpty()) {
            invocation.out().println(tasks ? "No such tasks." : "No such DAGs.");
            return;
        }
        Table table = tasks
                ? new Table("TASK", "KEY", "TYPE", "STATUS", "PRIORITY", "AGENT", "CREATED", "DAG")
                : new Table("DAG", "NAME", "STATUS", "RUN", "TASKS", "OPEN", "FAILED", "CREATED");
        found.forEach(each -> table.add(tasks ? task(each) : dag(each)));
        table.lines(invocation.columns()).forEach(invocation.out()::println);
    }

    private static String[] task(JsonNode task) {
        return new String[] {
            text(task, "task_id"),
            named(task, "key"),
            text(task, "task_type"),
            text(task, "status"),
            text(task, "priority"),
            text(task, "agent_id"),
            text(task, "created_at"),
            text(task, "dag_id")
        };
    }

    private static String[] dag(JsonNode dag) {
        return new String[] {
            text(dag, "dag_id"),
            named(dag, "name"),
            text(dag, "status"),
            text(dag, "run_number"),
            text(dag, "task_count"),
            text(dag, "open_count"),
            text(dag, "failed_count"),
            text(dag, "created_at")
        };
    }

    private static String named(JsonNode each, String field) {
        return DisplayWidth.cut(VisibleText.of(text(each, field)), MAX_NAME_COLUMNS);
    }

    private static String text(JsonNode each, String field) {
        return each.hasNonNull(field) ? each.path(field).asString("") : "-";
    }
}
