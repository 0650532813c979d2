package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What cancel, pause and resume take, and how they are sent. */
final class CommandArguments {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    @Mixin
    private IdArgument id = new IdArgument();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Kept with the command, for those who ask later.")
    private String reason = "";

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    String id() {
        return id.value();
    }

    ApiClient client(Invocation invocation) {
        return api.client(invocation);
    }

    CliFailure unknown(ApiClient client) {
        return id.unknown(client);
    }

    /** Sends a command to a DAG or a task; empty where there is none. */
    Optional<ApiAnswer> send(ApiClient client, String collection, String command) throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!reason.isBlank()) {
            body.put("reason", reason);
        }
        try {
            return Optional.of(client.post("/v1/" + collection + "/" + id() + "/" + command, body));
        } catch (ApiFailure failure) {
            if (failure.status() == NOT_FOUND) {
                return Optional.empty();
            }
            if (failure.status() == CONFLICT) {
                throw new CliFailure(
                        failure.getMessage() + "\nSee how it stands with ./orchestrator get " + id(), failure);
            }
            throw failure;
        }
    }

    /** Sends what only DAGs understand. */
    ApiAnswer sendToDag(ApiClient client, String command) throws InterruptedException {
        Optional<ApiAnswer> answer = send(client, "dags", command);
        if (answer.isPresent()) {
            return answer.get();
        }
        String dagId = id.task(client).as(Answers.Task.class).dagId();
        throw new CliFailure("`%s` is a task, and only DAGs can be told to %s: %s"
                .formatted(
                        id(),
                        command,
                        dagId == null
                                ? "this one belongs to none; ./orchestrator cancel ends it."
                                : "its DAG is " + dagId + "."));
    }

    /** Says what became of the command. */
    void print(Invocation invocation, ApiAnswer accepted) {
        if (json) {
            invocation.pass(accepted);
            return;
        }
        Answers.Command command = accepted.as(Answers.Command.class);
        invocation
                .out()
                .println("%s is accepted as command %s%s"
                        .formatted(
                                command.kind(),
                                command.commandId(),
                                command.delivered()
                                        ? " and carried out."
                                        : "; it is delivered in a moment, or as soon as its run can be reached."));
        Reasons.print(invocation, reason, command.reason());
        invocation.out().println("Follow it with ./orchestrator watch " + id());
    }
}
