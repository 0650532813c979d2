package io.agentorchestrator.workflows.release;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The agents that may be given tasks: agents that serve the same types are one class, whose slots add up. Immutable.
 *
 * @param classes in no particular order, no two with the same types
 * @param tenants by type, whose tasks its agents take; a type that some agent takes of everybody is missing
 */
public record Fleet(List<AgentClass> classes, Map<String, Set<String>> tenants) {
    public static final Fleet EMPTY = new Fleet(List.of(), Map.of());

    public Fleet {
        classes = List.copyOf(classes);
        tenants = Map.copyOf(tenants);
    }

    /**
     * Agents that serve the same types.
     *
     * @param slots tasks that they run at once, together
     */
    public record AgentClass(Set<String> types, int slots) {
        public AgentClass {
            types = Set.copyOf(types);
        }

        /** The types, sorted and joined with commas: by this the class is known in the store. */
        public String key() {
            return String.join(",", new TreeSet<>(types));
        }
    }

    /** Sums up agents, given as the types and slots of each. */
    public static Fleet of(List<AgentClass> agents) {
        Map<Set<String>, Integer> slotsByTypes = new LinkedHashMap<>();
        for (AgentClass agent : agents) {
            slotsByTypes.merge(agent.types(), agent.slots(), Integer::sum);
        }
        List<AgentClass> classes = new ArrayList<>();
        slotsByTypes.forEach((types, slots) -> classes.add(new AgentClass(types, slots)));
        return new Fleet(classes, Map.of());
    }

    /** The same, with agents of these types taking tasks of these tenants only. */
    public Fleet withTenants(Map<String, Set<String>> only) {
        return new Fleet(classes, only);
    }

    /** All types that somebody serves. */
    public Set<String> types() {
        Set<String> types = new TreeSet<>();
        classes.forEach(agents -> types.addAll(agents.types()));
        return types;
    }

    /** For each type those that share agents with it, itself included. */
    public Map<String, Set<String>> competingTypes() {
        Map<String, Set<String>> competing = new HashMap<>();
        for (AgentClass agents : classes) {
            for (String type : agents.types()) {
                competing.computeIfAbsent(type, ignored -> new TreeSet<>()).addAll(agents.types());
            }
        }
        return competing;
    }
}
