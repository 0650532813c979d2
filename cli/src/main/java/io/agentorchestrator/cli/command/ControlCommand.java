package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A verb that commands a DAG, or a task where tasks understand it. */
abstract class ControlCommand extends ApiCommand {
    private static final int CONFLICT = 409;

    private final String verb;

    @Mixin
    private IdArgument id = new IdArgument();

    @Mixin
    private ReasonOption reason = new ReasonOption();

    private ControlCommand(Invocation invocation, String verb) {
        super(invocation);
        this.verb = verb;
    }

    @Command(description = "Cancels a DAG or a task; what has ended stays as it is.")
    static final class Cancel extends ControlCommand {
        Cancel(Invocation invocation) {
            super(invocation, "cancel");
        }

        @Override
        ApiAnswer noDag(ApiClient client, IdArgument id, ApiFailure refused) throws InterruptedException {
            return id.orUnknown(client, () -> send(client, "tasks"));
        }
    }

    @Command(description = "Keeps a DAG from starting further tasks; those that agents have go on.")
    static final class Pause extends ControlCommand {
        Pause(Invocation invocation) {
            super(invocation, "pause");
        }
    }

    @Command(description = "Lets a paused DAG go on.")
    static final class Resume extends ControlCommand {
        Resume(Invocation invocation) {
            super(invocation, "resume");
        }
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        try {
            return send(client, "dags");
        } catch (ApiFailure refused) {
            if (refused.status() == NOT_FOUND) {
                return noDag(client, id, refused);
            }
            throw refused;
        }
    }

    /** The answer where no DAG has the id. */
    ApiAnswer noDag(ApiClient client, IdArgument id, ApiFailure refused) throws InterruptedException {
        String dagId = id.task(client).as(Answers.Task.class).dagId();
        String its = dagId == null
                ? "this one belongs to none; ./orchestrator cancel ends it."
                : "its DAG is " + dagId + ".";
        throw new CliFailure(
                "`%s` is a task, and only DAGs can be told to %s: %s".formatted(id.value(), verb, its), refused);
    }

    /** Sends the command to a DAG or a task. */
    final ApiAnswer send(ApiClient client, String collection) throws InterruptedException {
        return client.post("/v1/" + collection + "/" + id.value() + "/" + verb, reason.field());
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) {
        return refused.status() == CONFLICT
                ? refused.advising("See how it stands with ./orchestrator get " + id.value())
                : refused;
    }

    @Override
    void show(ApiClient client, ApiAnswer accepted) {
        Answers.Command command = accepted.as(Answers.Command.class);
        say("%s is accepted as command %s%s"
                .formatted(
                        command.kind(),
                        command.commandId(),
                        command.delivered()
                                ? " and carried out."
                                : "; it is delivered in a moment, or as soon as its run can be reached."));
        reason.kept(command.reason()).ifPresent(this::say);
        say("Follow it with ./orchestrator watch " + id.value());
    }
}
