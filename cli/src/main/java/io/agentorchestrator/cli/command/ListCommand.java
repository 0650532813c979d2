package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.PageOptions.Listing;
import io.agentorchestrator.cli.command.PageOptions.Page;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Lists DAGs or tasks, newest first.",
        footer = {
            "",
            "Without WHAT, filters of tasks alone (--type, --dag, --priority, --agent) make it a list of tasks."
        })
final class ListCommand extends ApiCommand {
    private static final int MAX_NAME_COLUMNS = 40;
    private static final Listing<Answers.Task> TASKS = new Listing<>(
            "No such tasks.",
            List.of("TASK", "KEY", "TYPE", "STATUS", "PRIORITY", "AGENT", "CREATED", "DAG"),
            answer -> {
                Answers.TaskPage page = answer.as(Answers.TaskPage.class);
                return new Page<>(page.tasks(), page.nextCursor());
            },
            ListCommand::cells);
    private static final Listing<Answers.DagSummary> DAGS = new Listing<>(
            "No such DAGs.",
            List.of("DAG", "NAME", "STATUS", "RUN", "TASKS", "OPEN", "FAILED", "CREATED"),
            answer -> {
                Answers.DagPage page = answer.as(Answers.DagPage.class);
                return new Page<>(page.dags(), page.nextCursor());
            },
            ListCommand::cells);

    /** The kinds of things that can be listed. */
    enum What {
        dags,
        tasks
    }

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

    ListCommand(Invocation invocation) {
        super(invocation);
    }

    private boolean tasks() {
        return what == What.tasks || !(type + dag + priority + agent).isEmpty();
    }

    private Query filters() {
        Query filters = new Query(tasks() ? "/v1/tasks" : "/v1/dags")
                .with("status", status)
                .with("name", name)
                .with("task_type", type)
                .with("dag_id", dag)
                .with("priority", priority)
                .with("agent_id", agent);
        labels.forEach(label -> filters.with("label", label));
        return filters;
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        if (what == What.dags && tasks()) {
            Map<String, String> ofTasks = new LinkedHashMap<>();
            ofTasks.put("--type", type);
            ofTasks.put("--dag", dag);
            ofTasks.put("--priority", priority);
            ofTasks.put("--agent", agent);
            ofTasks.values().removeIf(String::isEmpty);
            throw wrong(String.join(", ", ofTasks.keySet()) + ": for tasks alone; DAGs have none. List tasks instead.");
        }
        if (tasks() && !name.isEmpty()) {
            throw wrong("--name is a filter of DAGs; tasks have none.");
        }
        return page.one(client, filters());
    }

    @Override
    void show(ApiClient client, ApiAnswer first) throws InterruptedException {
        if (tasks()) {
            page.show(invocation, client, filters(), first, TASKS);
        } else {
            page.show(invocation, client, filters(), first, DAGS);
        }
    }

    private static @Nullable String[] cells(Answers.Task task) {
        return new @Nullable String[] {
            task.taskId(),
            cut(task.key()),
            task.taskType(),
            task.status(),
            task.priority(),
            task.agentId(),
            task.createdAt(),
            task.dagId()
        };
    }

    private static @Nullable String[] cells(Answers.DagSummary dag) {
        return new @Nullable String[] {
            dag.dagId(),
            cut(dag.name()),
            dag.status(),
            Integer.toString(dag.runNumber()),
            Integer.toString(dag.taskCount()),
            Integer.toString(dag.openCount()),
            Integer.toString(dag.failedCount()),
            dag.createdAt()
        };
    }

    private static @Nullable String cut(@Nullable String name) {
        return name == null ? null : DisplayWidth.cut(VisibleText.of(name), MAX_NAME_COLUMNS);
    }
}
