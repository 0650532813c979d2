package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import picocli.CommandLine.Parameters;

/** The DAG or task that a verb is about. */
final class IdArgument {
    @Parameters(index = "0", paramLabel = "ID", description = "The id of a DAG or a task.")
    private String id = "";

    /** Of a verb that takes an id; the command line fills it in. */
    IdArgument() {}

    /** Of a verb for which an id is one of several things that it takes. */
    IdArgument(String id) {
        this.id = id;
    }

    /** The id, fit to stand in a path. */
    String value() {
        return checked(id);
    }

    static String checked(String id) {
        if (!id.matches("[A-Za-z0-9-]{1,64}")) {
            throw new UsageFailure("`" + id + "` is no id: it looks like 01980000-0000-7000-8000-000000000000.");
        }
        return id;
    }

    /** The task with this id, where no DAG has it. */
    ApiAnswer task(ApiClient client) throws InterruptedException {
        return orUnknown(client, () -> client.get("/v1/tasks/" + value()));
    }

    /** The answer of a request about the task with this id; where there is none, neither a DAG nor a task has it. */
    ApiAnswer orUnknown(ApiClient client, ApiClient.Request request) throws InterruptedException {
        try {
            return request.send();
        } catch (ApiFailure refused) {
            throw refused.status() == ApiCommand.NOT_FOUND ? unknown(client, refused) : refused;
        }
    }

    private CliFailure unknown(ApiClient client, ApiFailure refused) {
        return new CliFailure(
                "%s knows no DAG and no task `%s`: `submit` prints the ids that it gives, and ./orchestrator list shows them (%s)."
                        .formatted(client.baseUrl(), id, client.url("/v1/dags")),
                refused);
    }
}
