package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.PageOptions.Found;
import io.agentorchestrator.cli.command.PageOptions.Page;
import io.agentorchestrator.cli.console.ConsoleTable;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.VisibleText;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Lists dead letters, newest first.")
final class DlqListCommand implements Callable<Integer> {
    private static final int MAX_MESSAGE_COLUMNS = 60;

    private final Invocation invocation;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--task-type", paramLabel = "TYPE", defaultValue = "", description = "Only tasks of this type.")
    private String taskType = "";

    @Option(names = "--error-code", paramLabel = "CODE", defaultValue = "", description = "Only failures of this code.")
    private String errorCode = "";

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "OPEN",
            description = "OPEN, REPROCESSED, RERUN, DELETED or ALL (default: ${DEFAULT-VALUE}).")
    private String state = "OPEN";

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    DlqListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Query filters = new Query(DlqCommand.PATH)
                .with("state", state)
                .with("task_type", taskType)
                .with("error_code", errorCode);
        ApiClient client = api.client(invocation);
        if (json) {
            invocation.pass(page.one(client, filters));
            return 0;
        }
        Found<Answers.DeadLetter> found = page.many(client, filters, DlqListCommand::page);
        if (found.items().isEmpty()) {
            invocation.out().println("No dead letters.");
        } else {
            print(found.items());
        }
        found.printNext(invocation);
        return 0;
    }

    private static Page<Answers.DeadLetter> page(ApiAnswer answer) {
        Answers.DeadLetterPage page = answer.as(Answers.DeadLetterPage.class);
        return new Page<>(page.deadLetters(), page.nextCursor());
    }

    private void print(List<Answers.DeadLetter> entries) {
        ConsoleTable table = new ConsoleTable(
                "ENTRY", "TASK", "KEY", "DAG", "TYPE", "CODE", "ATTEMPTS", "FAILED", "STATE", "MESSAGE");
        entries.forEach(entry -> add(table, entry));
        table.lines(invocation.columns()).forEach(invocation.out()::println);
    }

    private static void add(ConsoleTable table, Answers.DeadLetter entry) {
        table.add(
                entry.entryId(),
                entry.taskId(),
                Objects.requireNonNullElse(entry.key(), "-"),
                Objects.requireNonNullElse(entry.dagId(), "-"),
                entry.taskType(),
                entry.errorCode(),
                Integer.toString(entry.attempts()),
                entry.failedAt(),
                entry.state(),
                DisplayWidth.cut(VisibleText.of(entry.errorMessage()), MAX_MESSAGE_COLUMNS));
    }
}
