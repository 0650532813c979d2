package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.text.VisibleText;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Lists dead letters, newest first.")
final class DlqListCommand extends PagedCommand {
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
                    DisplayWidth.cut(VisibleText.of(entry.errorMessage()), MAX_MESSAGE_COLUMNS)));

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

    DlqListCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    Query filters() {
        return new Query(DlqCommand.PATH)
                .with("state", state)
                .with("task_type", taskType)
                .with("error_code", errorCode);
    }

    @Override
    Listing<?, ?> listing() {
        return LISTING;
    }
}
