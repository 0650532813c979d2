package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = "Makes a new task of a dead letter, or of many.",
        footer = {
            "",
            "An entry becomes one task: asked again, the same task is named. With --all, the oldest entries come first, and those",
            "whose payload needs results of their DAG are left out and named; reprocess these one by one, with --resume-dag."
        })
final class DlqReprocessCommand extends ApiCommand {
    @Mixin
    private BulkOptions which = new BulkOptions();

    @Option(
            names = "--resume-dag",
            description = "The new task takes the old one's place in its DAG, whose next run goes on from there.")
    private boolean resumeDag;

    DlqReprocessCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        String entry = which.one(this::wrong);
        if (entry != null) {
            return client.post(
                    DlqCommand.path(entry) + "/reprocess", resumeDag ? Map.of("resume_dag", true) : Map.of());
        }
        if (resumeDag) {
            throw wrong("--resume-dag takes one ENTRY: with --all, each new task stands alone.");
        }
        return client.post(DlqCommand.PATH + "/reprocess", which.filters());
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) {
        String alone = "That is: ./orchestrator dlq reprocess " + which.entry;
        return switch (refused.code()) {
            case "NEEDS_ITS_DAG" -> refused.advising(alone + " --resume-dag");
            case "NOT_IN_A_DAG" -> refused.advising(alone);
            default -> DlqCommand.explained(client, String.valueOf(which.entry), refused);
        };
    }

    @Override
    void show(ApiClient client, ApiAnswer reprocessed) {
        if (which.entry == null) {
            showMany(reprocessed.as(Answers.BulkReprocessed.class));
            return;
        }
        Answers.ReprocessedTask answer = reprocessed.as(Answers.ReprocessedTask.class);
        say(answer.taskId());
        hint(
                answer.dagId() == null
                        ? "Follow it with ./orchestrator watch " + answer.taskId()
                        : "Its DAG goes on as run %s; follow it with ./orchestrator watch %s"
                                .formatted(answer.runNumber(), answer.dagId()));
    }

    private void showMany(Answers.BulkReprocessed answer) {
        say("New tasks: " + answer.count() + " (--json names them)");
        if (!answer.skipped().isEmpty()) {
            say("Entries that stay as they are: " + answer.skipped().size());
            answer.skipped()
                    .forEach(each -> say("  %-18s %s: %s".formatted(each.entryId(), each.code(), each.message())));
        }
    }
}
