package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Forgets agents that are LOST: those that have not been heard of for a while.",
        footer = {"", "An agent that comes back registers anew. One that lives is stopped where it runs."})
final class AgentsRemoveCommand extends Verb {
    private static final int UNAUTHORIZED = 401;
    /** As agents take it. */
    private static final String TOKEN = "ORCHESTRATOR_AGENT_ENROLMENT_TOKEN";

    @Parameters(paramLabel = "AGENT", arity = "0..*", description = "The ids of agents, as `agents` shows them.")
    private List<String> agents = new ArrayList<>();

    @Option(names = "--lost", description = "Every agent that is lost.")
    private boolean lost;

    @Mixin
    private ApiOptions api = new ApiOptions();

    AgentsRemoveCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        if (lost != agents.isEmpty()) {
            throw wrong("Give AGENTs, or --lost.");
        }
        ApiClient client = api.client(invocation);
        List<String> wanted = lost ? lostOnes(client) : agents;
        if (wanted.isEmpty()) {
            say("No agent is lost.");
        }
        for (String agent : wanted) {
            remove(client, agent);
            say(agent + " is removed.");
        }
        return 0;
    }

    private static List<String> lostOnes(ApiClient client) throws InterruptedException {
        return client.get(AgentsCommand.PATH).as(Answers.AgentList.class).agents().stream()
                .filter(AgentsCommand::isLost)
                .map(Answers.Agent::agentId)
                .toList();
    }

    private Map<String, String> token() {
        String token = invocation.environment().getOrDefault(TOKEN, "").strip();
        return token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token);
    }

    private void remove(ApiClient client, String agent) throws InterruptedException {
        try {
            client.delete(AgentsCommand.path(agent), token());
        } catch (ApiFailure failure) {
            throw switch (failure.status()) {
                case ApiCommand.NOT_FOUND -> AgentsCommand.unknown(client, agent, failure);
                case UNAUTHORIZED ->
                    new CliFailure(
                            "`%s` is not removed. %s One that lives is stopped where it runs; an API with an enrolment token wants it in %s."
                                    .formatted(agent, failure.getMessage(), TOKEN),
                            failure);
                default -> failure;
            };
        }
    }
}
