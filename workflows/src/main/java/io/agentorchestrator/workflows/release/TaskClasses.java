package io.agentorchestrator.workflows.release;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Divides the tasks that a fleet serves into classes, as few as may be: by type, and within a type by the tenants that some of its agents name.
 * Tenants that the same agents name are together, so that an agent with a thousand tenants makes one class more, not a thousand. Immutable.
 */
public final class TaskClasses {
    /** No agents, no classes. */
    public static final TaskClasses NONE = new TaskClasses(List.of());

    private final List<TaskClass> all = new ArrayList<>();
    /** By type, the number of each tenant that is named. */
    private final Map<String, Map<String, Integer>> numbers = new HashMap<>();
    /** The classes that each of the agents accepts. */
    private final List<Set<TaskClass>> accepted = new ArrayList<>();

    /** Divides what agents accept, or classes of them. */
    public TaskClasses(List<Eligibility> agents) {
        agents.forEach(each -> accepted.add(new HashSet<>()));
        Set<String> types = new TreeSet<>();
        agents.forEach(each -> types.addAll(each.types()));
        types.forEach(type -> divide(type, agents));
    }

    private void divide(String type, List<Eligibility> agents) {
        Set<Integer> open = new TreeSet<>();
        Map<String, Set<Integer>> naming = new TreeMap<>();
        for (int i = 0; i < agents.size(); i++) {
            Eligibility eligibility = agents.get(i);
            if (!eligibility.types().contains(type)) {
                continue;
            }
            if (eligibility.tenants() == null) {
                open.add(i);
            } else {
                for (String tenant : eligibility.tenants()) {
                    naming.computeIfAbsent(tenant, named -> new TreeSet<>()).add(i);
                }
            }
        }
        if (!open.isEmpty()) {
            add(new TaskClass(type, TaskClass.OTHERS), open);
        }
        Map<Set<Integer>, Integer> numberOf = new HashMap<>();
        naming.forEach((tenant, by) -> {
            Integer number = numberOf.get(by);
            if (number == null) {
                number = numberOf.size() + 1;
                numberOf.put(by, number);
                Set<Integer> accepting = new TreeSet<>(by);
                accepting.addAll(open);
                add(new TaskClass(type, number), accepting);
            }
            numbers.computeIfAbsent(type, named -> new TreeMap<>()).put(tenant, number);
        });
    }

    private void add(TaskClass tasks, Set<Integer> accepting) {
        all.add(tasks);
        accepting.forEach(agents -> accepted.get(agents).add(tasks));
    }

    /** The classes that some agent accepts, by type. */
    public List<TaskClass> all() {
        return List.copyOf(all);
    }

    /** The class of a task, whether or not anybody accepts it. */
    public TaskClass of(String taskType, String tenant) {
        return new TaskClass(taskType, numbers.getOrDefault(taskType, Map.of()).getOrDefault(tenant, TaskClass.OTHERS));
    }

    /** By type, the number of each tenant that some of its agents name; types whose agents name none are missing. */
    public Map<String, Map<String, Integer>> named() {
        return numbers;
    }

    /** The classes that share agents with each, itself included. */
    public Map<TaskClass, Set<TaskClass>> competing() {
        Map<TaskClass, Set<TaskClass>> competing = new HashMap<>();
        for (Set<TaskClass> together : accepted) {
            together.forEach(tasks ->
                    competing.computeIfAbsent(tasks, key -> new HashSet<>()).addAll(together));
        }
        return competing;
    }

    /** The classes that an agent accepts, or a class of them, by its place in the list that this was made of. */
    public Set<TaskClass> acceptedBy(int agent) {
        return accepted.get(agent);
    }
}
