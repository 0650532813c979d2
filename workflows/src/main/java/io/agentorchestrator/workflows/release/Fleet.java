package io.agentorchestrator.workflows.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The agents that may be given tasks: agents that accept the same tasks are one class, whose slots add up. Immutable.
 *
 * @param classes in no particular order, no two of which accept the same
 */
public record Fleet(List<AgentClass> classes) {
    public static final Fleet EMPTY = new Fleet(List.of());

    public Fleet {
        classes = List.copyOf(classes);
    }

    /**
     * Agents that accept the same tasks.
     *
     * @param slots tasks that they run at once, together
     */
    public record AgentClass(Eligibility accepts, int slots) {
        /** Agents that take everybody's tasks of these types. */
        public AgentClass(Set<String> types, int slots) {
            this(new Eligibility(types, null), slots);
        }

        /** The types that they serve. */
        public Set<String> types() {
            return accepts.types();
        }

        /**
         * The types, sorted and joined with commas: by this their flow is known in the store, whoever's tasks they take.
         */
        public String key() {
            return String.join(",", new TreeSet<>(types()));
        }
    }

    /** Sums up agents, given as what each accepts and its slots. */
    public static Fleet of(List<AgentClass> agents) {
        Map<Eligibility, Integer> slots = new LinkedHashMap<>();
        for (AgentClass agent : agents) {
            slots.merge(agent.accepts(), agent.slots(), Integer::sum);
        }
        List<AgentClass> classes = new ArrayList<>();
        slots.forEach((accepts, count) -> classes.add(new AgentClass(accepts, count)));
        return new Fleet(classes);
    }

    /** All types that somebody serves. */
    public Set<String> types() {
        Set<String> types = new TreeSet<>();
        classes.forEach(agents -> types.addAll(agents.types()));
        return types;
    }

    /** Divides the tasks that somebody serves; each call does so anew. */
    public TaskClasses taskClasses() {
        return new TaskClasses(classes.stream().map(AgentClass::accepts).toList());
    }
}
