package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answer;
import io.agentorchestrator.cli.console.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

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
        Answer answer = api.client(invocation).get(PATH);
        if (json) {
            invocation.pass(answer);
            return 0;
        }
        List<JsonNode> agents = answer.json()
                .path("agents")
                .valueStream()
                .sorted(Comparator.comparing(AgentsCommand::isLost))
                .toList();
        Table table =
                new Table("AGENT", "STATE", "BREAKER", "CONNECTION", "ACTIVE", "ADDRESS", "LAST HEARD OF", "TYPES");
        agents.forEach(agent -> table.add(cells(agent)));
        table.lines(invocation.columns()).forEach(invocation.out()::println);
        agents.stream()
                .filter(agent -> !detail(agent).isEmpty())
                .forEach(
                        agent -> invocation.out().println(agent.path("agent_id").asString("") + ": " + detail(agent)));
        long lost = agents.stream().filter(AgentsCommand::isLost).count();
        if (lost > 0) {
            invocation.out().println("Lost: " + lost + ". ./orchestrator agents remove --lost forgets them.");
        }
        return 0;
    }

    static boolean isLost(JsonNode agent) {
        return agent.path("state").asString("").equals(LOST);
    }

    /** What is wrong between the workers and the agent, and what to do. */
    private static String detail(JsonNode agent) {
        return agent.at("/connection/detail").asString("");
    }

    private static String[] cells(JsonNode agent) {
        return new String[] {
            agent.path("agent_id").asString(""),
            agent.path("state").asString(""),
            agent.at("/breaker/state").asString("").toLowerCase(Locale.ROOT),
            agent.at("/connection/state").asString("").toLowerCase(Locale.ROOT),
            agent.path("active_tasks").asInt(0) + "/"
                    + agent.path("max_concurrent_tasks").asInt(0),
            agent.path("address").asString(""),
            agent.path("last_heartbeat_at").asString("-"),
            agent.path("agent_types")
                    .valueStream()
                    .map(type -> type.asString(""))
                    .collect(Collectors.joining(", "))
        };
    }
}
