package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A verb that takes an agent out of service, or back. */
abstract class AgentsDrainCommand extends ApiCommand {
    private final String verb;

    @Parameters(paramLabel = "AGENT", description = "The id of the agent, as `agents` shows it.")
    private String agent = "";

    private AgentsDrainCommand(Invocation invocation, String verb) {
        super(invocation);
        this.verb = verb;
    }

    @Command(
            description = "Takes an agent out of service: it gets nothing new, and what it has runs on.",
            footer = {"", "It stays so until `agents resume` or `agents remove`, also if it starts anew under its id."})
    static final class Drain extends AgentsDrainCommand {
        Drain(Invocation invocation) {
            super(invocation, "drain");
        }
    }

    @Command(description = "Takes an agent back into service that was drained.")
    static final class Resume extends AgentsDrainCommand {
        Resume(Invocation invocation) {
            super(invocation, "resume");
        }
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.post(AgentsCommand.path(agent) + "/" + verb, Map.of());
    }

    @Override
    RuntimeException explained(ApiClient client, ApiFailure refused) {
        return refused.status() == NOT_FOUND ? AgentsCommand.unknown(client, agent, refused) : refused;
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.DrainedAgent drained = answer.as(Answers.DrainedAgent.class);
        Answers.AgentDrain drain = drained.drain();
        say(
                drain == null
                        ? "%s is %s, and nobody drains it.".formatted(drained.agentId(), drained.state())
                        : "%s is %s: drained by %s at %s."
                                .formatted(
                                        drained.agentId(), drained.state(), drain.requestedBy(), drain.requestedAt()));
    }
}
