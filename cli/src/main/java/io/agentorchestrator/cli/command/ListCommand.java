package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.PageOptions.Found;
import io.agentorchestrator.cli.command.PageOptions.Page;
import io.agentorchestrator.cli.console.ConsoleTable;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        description = "Lists DAGs or tasks, newest first.",
        footer = {
            "",
            "Without WHAT, filters of tasks alone (--type, --dag, --priority, --agent) make it a list of tasks."
        })
final class ListCommand implements Callable<Integer> {
    private static final int MAX_NAME_COLUMNS = 40;
    private static final String[] TASK_COLUMNS = {"TASK", "KEY", "TYPE", "STATUS", "PRIORITY", "AGENT", "CREATED", "DAG"
    };
    private static final String[] DAG_COLUMNS = {"DAG", "NAME", "STATUS", "RUN", "TASKS", "OPEN", "FAILED", "CREATED"};

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
        } else if (tasks) {
            Found<Answers.Task> found = page.many(client, filters, ListCommand::tasks);
            print(found, "No such tasks.", TASK_COLUMNS, ListCommand::cells);
        } else {
            Found<Answers.DagSummary> found = page.many(client, filters, ListCommand::dags);
            print(found, "No such DAGs.", DAG_COLUMNS, ListCommand::cells);
        }
        return 0;
    }

    private static Page<Answers.Task> tasks(ApiAnswer answer) {
        Answers.TaskPage page = answer.as(Answers.TaskPage.class);
        return new Page<>(page.tasks(), page.nextCursor());
    }

    private static Page<Answers.DagSummary> dags(ApiAnswer answer) {
        Answers.DagPage page = answer.as(Answers.DagPage.class);
        return new Page<>(page.dags(), page.nextCursor());
    }

    private <T> void print(Found<T> found, String none, String[] columns, Function<T, String[]> cells) {
        if (found.items().isEmpty()) {
            invocation.out().println(none);
        } else {
            ConsoleTable table = new ConsoleTable(columns);
            found.items().forEach(each -> table.add(cells.apply(each)));
            table.lines(invocation.columns()).forEach(invocation.out()::println);
        }
        found.printNext(invocation);
    }

    private static String[] cells(Answers.Task task) {
        return new String[] {
            task.taskId(),
            named(task.key()),
            task.taskType(),
            task.status(),
            task.priority(),
            orNone(task.agentId()),
            task.createdAt(),
            orNone(task.dagId())
        };
    }

    private static String[] cells(Answers.DagSummary dag) {
        return new String[] {
            dag.dagId(),
            named(dag.name()),
            dag.status(),
            Integer.toString(dag.runNumber()),
            Integer.toString(dag.taskCount()),
            Integer.toString(dag.openCount()),
            Integer.toString(dag.failedCount()),
            dag.createdAt()
        };
    }

    private static String named(@Nullable String name) {
        return DisplayWidth.cut(VisibleText.of(orNone(name)), MAX_NAME_COLUMNS);
    }

    private static String orNone(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
