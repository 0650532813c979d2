package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.PageOptions.Listing;
import io.agentorchestrator.cli.command.PageOptions.Page;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.cli.console.VisibleText;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Lists dead letters, newest first.")
final class DlqListCommand extends ApiCommand {
    private static final int MAX_MESSAGE_COLUMNS = 60;
    private static final Listing<Answers.DeadLetter> LISTING = new Listing<>(
            "No dead letters.",
            List.of("ENTRY", "TASK", "KEY", "DAG", "TYPE", "CODE", "ATTEMPTS", "FAILED", "STATE", "MESSAGE"),
            answer -> {
                Answers.DeadLetterPage page = answer.as(Answers.DeadLetterPage.class);
                return new Page<>(page.deadLetters(), page.nextCursor());
            },
            DlqListCommand::cells);

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

    DlqListCommand(Invocation invocation) {
        super(invocation);
    }

    private Query filters() {
        return new Query(DlqCommand.PATH)
                .with("state", state)
                .with("task_type", taskType)
                .with("error_code", errorCode);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return page.one(client, filters());
    }

    @Override
    void show(ApiClient client, ApiAnswer first) throws InterruptedException {
        page.show(invocation, client, filters(), first, LISTING);
    }

    private static @Nullable String[] cells(Answers.DeadLetter entry) {
        return new @Nullable String[] {
            entry.entryId(),
            entry.taskId(),
            entry.key(),
            entry.dagId(),
            entry.taskType(),
            entry.errorCode(),
            Integer.toString(entry.attempts()),
            entry.failedAt(),
            entry.state(),
            DisplayWidth.cut(VisibleText.of(entry.errorMessage()), MAX_MESSAGE_COLUMNS)
        };
    }
}
