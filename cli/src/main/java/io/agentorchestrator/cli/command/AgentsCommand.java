package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.console.ConsoleTable;
import io.agentorchestrator.cli.failure.CliFailure;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(description = "Lists the registered agents, lost ones last.", commandListHeading = "%nCommands:%n")
final class AgentsCommand extends ApiCommand {
    static final String PATH = "/v1/agents";

    private AgentsCommand(Invocation invocation) {
        super(invocation);
    }

    /** With its verbs. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new AgentsCommand(invocation))
                .addSubcommand("drain", new AgentsDrainCommand.Drain(invocation))
                .addSubcommand("resume", new AgentsDrainCommand.Resume(invocation))
                .addSubcommand("remove", new AgentsRemoveCommand(invocation));
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get(PATH);
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        List<Answers.Agent> agents = answer.as(Answers.AgentList.class).agents().stream()
                .sorted(Comparator.comparing(AgentsCommand::isLost))
                .toList();
        ConsoleTable table = new ConsoleTable(
                "AGENT", "STATE", "BREAKER", "CONNECTION", "ACTIVE", "ADDRESS", "LAST HEARD OF", "TYPES");
        for (Answers.Agent agent : agents) {
            table.add(
                    agent.agentId(),
                    agent.state(),
                    agent.breaker().state().toLowerCase(Locale.ROOT),
                    agent.connection().state().toLowerCase(Locale.ROOT),
                    agent.activeTasks() + "/" + agent.maxConcurrentTasks(),
                    agent.address(),
                    agent.lastHeartbeatAt(),
                    String.join(", ", agent.agentTypes()));
        }
        invocation.print(table);
        agents.stream()
                .filter(agent -> agent.connection().detail() != null)
                .forEach(
                        agent -> say(agent.agentId() + ": " + agent.connection().detail()));
        agents.stream()
                .filter(agent -> agent.drain() != null)
                .forEach(agent -> say("%s: drained by %s at %s, until ./orchestrator agents resume %1$s"
                        .formatted(
                                agent.agentId(),
                                agent.drain().requestedBy(),
                                agent.drain().requestedAt())));
        long lost = agents.stream().filter(AgentsCommand::isLost).count();
        if (lost > 0) {
            say("Lost: " + lost + ". ./orchestrator agents remove --lost forgets them.");
        }
    }

    static String path(String agent) {
        return Query.named(PATH, agent);
    }

    static CliFailure unknown(ApiClient client, String agent, ApiFailure failure) {
        return new CliFailure(
                "%s knows no agent `%s`: ./orchestrator agents lists them.".formatted(client.baseUrl(), agent),
                failure);
    }

    static boolean isLost(Answers.Agent agent) {
        return agent.state().equals("LOST");
    }
}
