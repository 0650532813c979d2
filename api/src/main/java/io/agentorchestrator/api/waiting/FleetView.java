package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.waiting.ServingAgent;
import io.agentorchestrator.store.waiting.ServingAgent.Availability;
import io.agentorchestrator.workflows.selector.AgentTraits;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The agents by the types that they serve, and those that workers cannot speak to. */
public final class FleetView {
    /** Names that a sentence lists at most. */
    static final int MAX_NAMED = 10;

    private final Map<String, List<ServingAgent>> byType = new TreeMap<>();

    private final Map<String, AgentConnection> unreached;
    private final boolean anyWorker;

    /**
     * Sorts the agents by type.
     *
     * @param unreached by agent id; an agent of which no worker has told is not among them
     * @param anyWorker whether any worker is alive
     */
    FleetView(List<ServingAgent> agents, Map<String, AgentConnection> unreached, boolean anyWorker) {
        this.unreached = Map.copyOf(unreached);
        this.anyWorker = anyWorker;
        for (ServingAgent agent : agents) {
            agent.accepts()
                    .types()
                    .forEach(type ->
                            byType.computeIfAbsent(type, t -> new ArrayList<>()).add(agent));
        }
    }

    /** Tells whether an agent that takes tasks, and that workers can speak to, serves this type for this tenant. */
    public boolean isServed(String type, String tenant) {
        return isServed(type, tenant, Selector.NONE);
    }

    /** The same of tasks that set these conditions. */
    public boolean isServed(String type, String tenant, Selector required) {
        return byType.getOrDefault(type, List.of()).stream()
                .anyMatch(agent -> isLive(agent, type, tenant, required) && isReached(agent));
    }

    /** Types that an agent serves for every tenant. */
    public Set<String> servedForEverybody() {
        return byType.entrySet().stream()
                .filter(type -> type.getValue().stream()
                        .anyMatch(agent -> agent.accepts().tenants() == null
                                && agent.availability() == Availability.LIVE
                                && isReached(agent)))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The slots of the agents that take this tenant's tasks, and that workers can speak to, by the types that they serve. */
    public Map<Set<String>, Integer> slots(String tenant) {
        Map<String, ServingAgent> agents = new TreeMap<>();
        byType.forEach((type, serving) -> serving.stream()
                .filter(agent -> isLive(agent, type, tenant, Selector.NONE) && isReached(agent))
                .forEach(agent -> agents.put(agent.agentId(), agent)));
        return agents.values().stream()
                .collect(Collectors.groupingBy(
                        agent -> Set.copyOf(agent.accepts().types()), Collectors.summingInt(ServingAgent::slots)));
    }

    /** The agents that would take this tenant's tasks of a type with these conditions, those that cannot be spoken to included. */
    List<ServingAgent> live(String type, String tenant, Selector required) {
        return byType.getOrDefault(type, List.of()).stream()
                .filter(agent -> isLive(agent, type, tenant, required))
                .toList();
    }

    /** Tells whether any worker is alive, which could give agents their tasks. */
    boolean hasWorker() {
        return anyWorker;
    }

    boolean isReached(ServingAgent agent) {
        return !unreached.containsKey(agent.agentId());
    }

    /** Says of a type that no agent serves under these conditions, or none that can be spoken to, what agents there are. */
    public String unserved(String type, String tenant, Selector required) {
        String wanted = required.isEmpty() ? "" : " with " + Escaped.text(required.words());
        List<ServingAgent> ofType = byType.getOrDefault(type, List.of()).stream()
                .filter(agent -> agent.accepts().serves(tenant))
                .toList();
        List<ServingAgent> others = ofType.stream()
                .filter(agent -> agent.accepts().accepts(type, tenant, required))
                .toList();
        if (others.isEmpty() && !ofType.isEmpty()) {
            return "no live agent serves the type '%s'%s; agents of the type: %s"
                    .formatted(
                            type,
                            wanted,
                            listed(ofType.stream().map(FleetView::traits).toList()));
        }
        if (!others.isEmpty()) {
            boolean anyLive = others.stream().anyMatch(agent -> agent.availability() == Availability.LIVE);
            return "%s '%s'%s: %s"
                    .formatted(
                            anyLive
                                    ? "workers can speak to no agent that serves the type"
                                    : "no live agent serves the type",
                            type,
                            wanted,
                            listed(others.stream().map(this::trouble).toList()));
        }
        List<String> served = byType.keySet().stream()
                .filter(other -> isServed(other, tenant))
                .toList();
        return "no live agent serves the type '%s'%s; %s"
                .formatted(
                        type,
                        wanted,
                        served.isEmpty()
                                ? "there is no live agent at all"
                                : "types that are served: " + listed(served));
    }

    private String trouble(ServingAgent agent) {
        AgentConnection connection = unreached.get(agent.agentId());
        return "agent " + Escaped.text(agent.agentId())
                + switch (agent.availability()) {
                    case DRAINING ->
                        agent.drainedBy() == null
                                ? " is draining"
                                : " is drained by %s, until it is resumed".formatted(Escaped.text(agent.drainedBy()));
                    case SILENT -> " is silent";
                    case LIVE ->
                        connection == null
                                ? " is live"
                                : " cannot be spoken to (%s%s)"
                                        .formatted(
                                                connection.state(),
                                                connection.detail().isEmpty()
                                                        ? ""
                                                        : ": " + Escaped.text(connection.detail()));
                };
    }

    /** An agent, and what it says of itself. */
    private static String traits(ServingAgent agent) {
        AgentTraits traits = agent.accepts().traits();
        List<String> said = new ArrayList<>();
        said.add("region " + traits.region());
        if (traits.version() != null) {
            said.add("version " + traits.version());
        }
        new TreeMap<>(traits.labels())
                .entrySet().stream()
                        .limit(MAX_NAMED)
                        .forEach(label -> said.add("label " + label.getKey() + "=" + label.getValue()));
        return Escaped.text(agent.agentId() + " (" + String.join(", ", said) + ")");
    }

    private static boolean isLive(ServingAgent agent, String type, String tenant, Selector required) {
        return agent.availability() == Availability.LIVE && agent.accepts().accepts(type, tenant, required);
    }

    /** Joins the names, {@link #MAX_NAMED} at most, and counts the rest. */
    static String listed(List<String> names) {
        String listed = names.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        return names.size() > MAX_NAMED ? listed + " and %,d more".formatted(names.size() - MAX_NAMED) : listed;
    }
}
