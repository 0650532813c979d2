package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import picocli.CommandLine.Parameters;

/** The dead letter that a verb is about. */
final class EntryArgument {
    private static final int NOT_FOUND = 404;

    @Parameters(index = "0", paramLabel = "ENTRY", description = "The id of a dead letter, as `dlq list` shows it.")
    private String id = "";

    String id() {
        return id;
    }

    /** Where the API has the entry. */
    String path() {
        return path(id);
    }

    static String path(String id) {
        if (!id.matches("\\d{1,19}-\\d{1,19}")) {
            throw new CliFailure("`" + id + "` is no id of a dead letter: it looks like 1700000000000-0.");
        }
        return DlqCommand.PATH + "/" + id;
    }

    /** The same failure, but of an entry that nobody knows the way out. */
    RuntimeException explained(ApiClient client, ApiFailure failure) {
        return explained(client, id, failure);
    }

    static RuntimeException explained(ApiClient client, String id, ApiFailure failure) {
        if (failure.status() == NOT_FOUND) {
            return new CliFailure(
                    "%s knows no dead letter `%s`: ./orchestrator dlq list shows the open ones, --state ALL every one."
                            .formatted(client.baseUrl(), id),
                    failure);
        }
        return failure;
    }
}
