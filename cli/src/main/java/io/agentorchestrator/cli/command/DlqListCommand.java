package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.PageOptions.Listing;
import io.agentorchestrator.cli.console.VisibleText;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Lists dead letters, newest first.")
final class DlqListCommand extends ApiCommand {
    private static final int MAX_MESSAGE_COLUMNS = 60;
    private static final Listing<Answers.DeadLetterPage, Answers.DeadLetter> LISTING = new Listing<>(
            "No dead letters.",
            Answers.DeadLetterPage.class,
            Answers.DeadLetterPage::deadLetters,
            Answers.DeadLetterPage::nextCursor,
            List.of("ENTRY", "TASK", "KEY", "DAG", "TYPE", "CODE", "ATTEMPTS", "FAILED", "STATE", "MESSAGE"),
            (table, entry) -> table.add(
                    entry.entryId(),
                    entry.taskId(),
                    entry.key(),
                    entry.dagId(),
                    entry.taskType(),
                    entry.errorCode(),
                    entry.attempts(),
                    entry.failedAt(),
                    entry.state(),
                    VisibleText.of(entry.errorMessage(), MAX_MESSAGE_COLUMNS)));

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
}
