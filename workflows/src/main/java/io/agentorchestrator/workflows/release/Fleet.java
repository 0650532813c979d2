package io.agentorchestrator.workflows.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The agents that may be given tasks: agents that accept the same tasks are one class, whose slots add up. Immutable. */
public final class Fleet {
    public static final Fleet EMPTY = new Fleet(List.of());

    private final List<AgentClass> classes;
    private final TaskClasses taskClasses;

    private Fleet(List<AgentClass> classes) {
        this.classes = List.copyOf(classes);
        this.taskClasses =
                new TaskClasses(classes.stream().map(AgentClass::accepts).toList());
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

    /** The classes of agents, in no particular order, no two of which accept the same. */
    public List<AgentClass> classes() {
        return classes;
    }

    /** The classes of the tasks that somebody serves. */
    public TaskClasses taskClasses() {
        return taskClasses;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fleet fleet && fleet.classes.equals(classes);
    }

    @Override
    public int hashCode() {
        return classes.hashCode();
    }

    @Override
    public String toString() {
        return classes.toString();
    }
}
