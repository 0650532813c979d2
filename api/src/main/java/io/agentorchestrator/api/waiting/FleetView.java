package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.waiting.ServingAgent;
import io.agentorchestrator.store.waiting.ServingAgent.Availability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The agents by the types that they serve. */
public final class FleetView {
    /** Names that a sentence lists at most. */
    static final int MAX_NAMED = 10;

    private final Map<String, List<ServingAgent>> byType = new TreeMap<>();

    FleetView(List<ServingAgent> agents) {
        for (ServingAgent agent : agents) {
            agent.types()
                    .forEach(type ->
                            byType.computeIfAbsent(type, t -> new ArrayList<>()).add(agent));
        }
    }

    /** Whether an agent that takes tasks serves this type for this tenant. */
    public boolean isServed(String type, String tenant) {
        return byType.getOrDefault(type, List.of()).stream().anyMatch(agent -> isLive(agent, tenant));
    }

    /** The agents that take this tenant's tasks of a type. */
    List<ServingAgent> live(String type, String tenant) {
        return byType.getOrDefault(type, List.of()).stream()
                .filter(agent -> isLive(agent, tenant))
                .toList();
    }

    /** Says of a type that no agent serves what agents there are. */
    public String unserved(String type, String tenant) {
        List<ServingAgent> others = byType.getOrDefault(type, List.of()).stream()
                .filter(agent -> agent.serves(tenant))
                .toList();
        if (!others.isEmpty()) {
            return "no live agent serves the type '%s': %s"
                    .formatted(
                            type,
                            listed(others.stream()
                                    .map(agent -> "agent " + Escaped.text(agent.agentId())
                                            + (agent.availability() == Availability.DRAINING
                                                    ? " is draining"
                                                    : " is silent"))
                                    .toList()));
        }
        List<String> served = byType.keySet().stream()
                .filter(other -> isServed(other, tenant))
                .toList();
        return "no live agent serves the type '%s'; %s"
                .formatted(
                        type,
                        served.isEmpty()
                                ? "there is no live agent at all"
                                : "types that are served: " + listed(served));
    }

    private static boolean isLive(ServingAgent agent, String tenant) {
        return agent.availability() == Availability.LIVE && agent.serves(tenant);
    }

    /** As many as a sentence bears. */
    static String listed(List<String> names) {
        String listed = names.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        return names.size() > MAX_NAMED ? listed + " and %,d more".formatted(names.size() - MAX_NAMED) : listed;
    }
}
