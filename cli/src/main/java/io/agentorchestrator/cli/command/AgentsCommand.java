package io.agentorchestrator.cli.command;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(description = "Lists the registered agents.")
final class AgentsCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints what the API answered.")
    private boolean json;

    AgentsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer = api.client(invocation).get("/v1/agents");
        if (json) {
            invocation.out().println(answer.toPrettyString());
            return 0;
        }
        JsonNode agents = answer.isArray() ? answer : answer.path("agents");
        String row = "%-40s %-9s %-9s %-15s %8s  %-22s %s";
        invocation
                .out()
                .println(row.formatted("AGENT", "STATE", "BREAKER", "CONNECTION", "ACTIVE", "ADDRESS", "TYPES"));
        agents.valueStream().forEach(agent -> invocation.out().println(line(row, agent)));
        agents.valueStream()
                .filter(agent -> !agent.at("/connection/detail").asString("").isEmpty())
                .forEach(agent -> invocation
                        .out()
                        .println("%s: %s"
                                .formatted(
                                        agent.path("agent_id").asString(""),
                                        agent.at("/connection/detail").asString(""))));
        return 0;
    }

    private static String line(String row, JsonNode agent) {
        return row.formatted(
                agent.path("agent_id").asString(""),
                agent.path("state").asString(""),
                agent.at("/breaker/state").asString("").toLowerCase(Locale.ROOT),
                agent.at("/connection/state").asString("").toLowerCase(Locale.ROOT),
                agent.path("active_tasks").asInt(0) + "/"
                        + agent.path("max_concurrent_tasks").asInt(0),
                agent.path("address").asString(""),
                agent.path("agent_types")
                        .valueStream()
                        .map(type -> type.asString(""))
                        .collect(Collectors.joining(", ")));
    }
}
