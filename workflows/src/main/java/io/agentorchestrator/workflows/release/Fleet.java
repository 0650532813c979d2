package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The agents that may be given tasks: agents that accept the same tasks are one class, whose slots add up. Immutable. */
public final class Fleet {
    public static final Fleet EMPTY = new Fleet(List.of(), List.of());

    private final List<AgentClass> classes;
    private final TaskClasses taskClasses;

    private Fleet(List<AgentClass> classes, Collection<WaitingSelector> selectors) {
        this.classes = List.copyOf(classes);
        this.taskClasses =
                new TaskClasses(classes.stream().map(AgentClass::accepts).toList(), selectors);
    }

    /**
     * Agents that accept the same tasks.
     *
     * @param accepts as one of them has it: they meet the same selectors of tasks that wait; without traits where none waits
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

    /** Sums up agents where no task that waits has a selector. */
    public static Fleet of(List<AgentClass> agents) {
        return of(agents, List.of());
    }

    /** Sums up agents, given as what each accepts and its slots, as far as the selectors of tasks that wait tell them apart. */
    public static Fleet of(List<AgentClass> agents, Collection<WaitingSelector> selectors) {
        Map<Like, AgentClass> classes = new LinkedHashMap<>();
        for (AgentClass agent : agents) {
            Eligibility accepts = agent.accepts();
            classes.merge(
                    Like.of(accepts, selectors),
                    selectors.isEmpty()
                            ? new AgentClass(new Eligibility(accepts.types(), accepts.tenants()), agent.slots())
                            : agent,
                    (first, other) -> new AgentClass(first.accepts(), first.slots() + other.slots()));
        }
        return new Fleet(List.copyOf(classes.values()), selectors);
    }

    /** The things that agents of a class have in common: types, tenants, and the selectors that they meet. */
    private record Like(Set<String> types, @Nullable Set<String> tenants, Set<String> selectors) {
        static Like of(Eligibility agent, Collection<WaitingSelector> selectors) {
            Set<String> met = selectors.stream()
                    .filter(each -> agent.types().contains(each.taskType()))
                    .filter(each -> each.conditions().accepts(agent.traits()))
                    .map(WaitingSelector::key)
                    .collect(Collectors.toUnmodifiableSet());
            return new Like(agent.types(), agent.tenants(), met);
        }
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
        return other instanceof Fleet fleet
                && fleet.classes.equals(classes)
                && fleet.taskClasses.lines().equals(taskClasses.lines());
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
