package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Lists DAGs or tasks, newest first.",
        footer = {
            "",
            "Without WHAT, filters of tasks alone (--type, --dag, --priority, --agent) make it a list of tasks."
        })
final class ListCommand extends PagedCommand {
    private static final int MAX_NAME_COLUMNS = 40;
    /** Options that DAGs know nothing of. */
    private static final List<String> OF_TASKS = List.of("--type", "--dag", "--priority", "--agent");

    private static final Listing<Answers.TaskPage, Answers.Task> TASKS = new Listing<>(
            "No such tasks.",
            Answers.TaskPage.class,
            Answers.TaskPage::tasks,
            Answers.TaskPage::nextCursor,
            List.of("TASK", "KEY", "TYPE", "STATUS", "PRIORITY", "AGENT", "CREATED", "DAG"),
            (table, task) -> table.add(
                    task.taskId(),
                    cut(task.key()),
                    task.taskType(),
                    task.status(),
                    task.priority(),
                    task.agentId(),
                    task.createdAt(),
                    task.dagId()));
    private static final Listing<Answers.DagPage, Answers.DagSummary> DAGS = new Listing<>(
            "No such DAGs.",
            Answers.DagPage.class,
            Answers.DagPage::dags,
            Answers.DagPage::nextCursor,
            List.of("DAG", "NAME", "STATUS", "RUN", "TASKS", "OPEN", "FAILED", "CREATED"),
            (table, dag) -> table.add(
                    dag.dagId(),
                    cut(dag.name()),
                    dag.status(),
                    dag.runNumber(),
                    dag.taskCount(),
                    dag.openCount(),
                    dag.failedCount(),
                    dag.createdAt()));

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

    ListCommand(Invocation invocation) {
        super(invocation);
    }

    private boolean tasks() {
        return what == What.tasks || !(type + dag + priority + agent).isEmpty();
    }

    @Override
    Query filters() {
        if (what == What.dags && tasks()) {
            String given = spec.commandLine().getParseResult().matchedOptions().stream()
                    .map(OptionSpec::longestName)
                    .filter(OF_TASKS::contains)
                    .collect(Collectors.joining(", "));
            throw wrong(given + ": for tasks alone; DAGs have none. List tasks instead.");
        }
        if (tasks() && !name.isEmpty()) {
            throw wrong("--name is a filter of DAGs; tasks have none.");
        }
        Query filters = new Query(tasks() ? "/v1/tasks" : "/v1/dags")
                .with("status", status)
                .with("name", name)
                .with("task_type", type)
                .with("dag_id", dag)
                .with("priority", priority)
                .with("agent_id", agent);
        for (String label : labels) {
            filters = filters.with("label", label);
        }
        return filters;
    }

    @Override
    Listing<?, ?> listing() {
        return tasks() ? TASKS : DAGS;
    }

    private static @Nullable String cut(@Nullable String name) {
        return name == null ? null : DisplayWidth.cut(VisibleText.of(name), MAX_NAME_COLUMNS);
    }
}
