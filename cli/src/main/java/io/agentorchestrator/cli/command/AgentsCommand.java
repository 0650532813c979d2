package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.console.ConsoleTable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Lists the registered agents, lost ones last.", commandListHeading = "%nCommands:%n")
final class AgentsCommand implements Callable<Integer> {
    static final String PATH = "/v1/agents";
    static final String LOST = "LOST";

    private final Invocation invocation;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    private AgentsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** With its verb. */
    static CommandLine line(Invocation invocation) {
        return new CommandLine(new AgentsCommand(invocation))
                .addSubcommand("remove", new AgentsRemoveCommand(invocation));
    }

    @Override
    public Integer call() throws Exception {
        ApiAnswer answer = api.client(invocation).get(PATH);
        if (json) {
            invocation.pass(answer);
            return 0;
        }
        List<Answers.Agent> agents = answer.as(Answers.AgentList.class).agents().stream()
                .sorted(Comparator.comparing(AgentsCommand::isLost))
                .toList();
        ConsoleTable table = new ConsoleTable(
                "AGENT", "STATE", "BREAKER", "CONNECTION", "ACTIVE", "ADDRESS", "LAST HEARD OF", "TYPES");
        agents.forEach(agent -> table.add(cells(agent)));
        table.lines(invocation.columns()).forEach(invocation.out()::println);
        agents.stream()
                .filter(agent -> agent.connection().detail() != null)
                .forEach(agent -> invocation
                        .out()
                        .println(agent.agentId() + ": " + agent.connection().detail()));
        long lost = agents.stream().filter(AgentsCommand::isLost).count();
        if (lost > 0) {
            invocation.out().println("Lost: " + lost + ". ./orchestrator agents remove --lost forgets them.");
        }
        return 0;
    }

    static boolean isLost(Answers.Agent agent) {
        return agent.state().equals(LOST);
    }

    private static String[] cells(Answers.Agent agent) {
        return new String[] {
            agent.agentId(),
            agent.state(),
            agent.breaker().state().toLowerCase(Locale.ROOT),
            agent.connection().state().toLowerCase(Locale.ROOT),
            agent.activeTasks() + "/" + agent.maxConcurrentTasks(),
            agent.address(),
            agent.lastHeartbeatAt(),
            String.join(", ", agent.agentTypes())
        };
    }
}
