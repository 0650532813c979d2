package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Divides the tasks that a fleet serves into classes, as few as may be: by type, within a type by the tenants that some of its agents name, and by
 * the selectors of tasks that wait. Tenants that the same agents name are together, and so are selectors that the same agents meet, so that an
 * agent with a thousand tenants makes one class more, not a thousand. Immutable.
 */
public final class TaskClasses {
    /** No agents, no classes. */
    public static final TaskClasses NONE = new TaskClasses(List.of());

    private final List<TaskClass> all = new ArrayList<>();
    /** By type, the number of each tenant that is named. */
    private final Map<String, Map<String, Integer>> numbers = new HashMap<>();
    /** By type, the number of each selector that some agent meets, by its key. */
    private final Map<String, Map<String, Integer>> lines = new HashMap<>();
    /** The classes that each of the agents accepts. */
    private final List<Set<TaskClass>> accepted = new ArrayList<>();

    /** Divides what agents accept, or classes of them, where no task has a selector. */
    public TaskClasses(List<Eligibility> agents) {
        this(agents, List.of());
    }

    /**
     * Divides what agents accept, or classes of them.
     *
     * @param selectors of tasks that wait
     */
    public TaskClasses(List<Eligibility> agents, Collection<WaitingSelector> selectors) {
        agents.forEach(each -> accepted.add(new HashSet<>()));
        Set<String> types = new TreeSet<>();
        agents.forEach(each -> types.addAll(each.types()));
        for (String type : types) {
            Set<Integer> serving = new TreeSet<>();
            for (int i = 0; i < agents.size(); i++) {
                if (agents.get(i).types().contains(type)) {
                    serving.add(i);
                }
            }
            Map<Set<Integer>, Integer> bySelector = numberSelectors(
                    type,
                    agents,
                    serving,
                    selectors.stream()
                            .filter(each -> each.taskType().equals(type))
                            .toList());
            divide(type, agents, serving, bySelector);
        }
    }

    /** Numbers selectors by the agents that meet them; those that none meets are left out. */
    private Map<Set<Integer>, Integer> numberSelectors(
            String type, List<Eligibility> agents, Set<Integer> serving, List<WaitingSelector> selectors) {
        Map<Set<Integer>, Integer> numberOf = new LinkedHashMap<>();
        numberOf.put(serving, TaskClass.OTHERS);
        for (WaitingSelector selector : selectors) {
            Set<Integer> meeting = serving.stream()
                    .filter(i -> selector.conditions().accepts(agents.get(i).traits()))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!meeting.isEmpty()) {
                Integer number = numberOf.computeIfAbsent(meeting, met -> numberOf.size());
                lines.computeIfAbsent(type, one -> new TreeMap<>()).put(selector.key(), number);
            }
        }
        return numberOf;
    }

    private void divide(
            String type, List<Eligibility> agents, Set<Integer> serving, Map<Set<Integer>, Integer> bySelector) {
        Set<Integer> open = new TreeSet<>();
        Map<String, Set<Integer>> naming = new TreeMap<>();
        for (int i : serving) {
            Set<String> tenants = agents.get(i).tenants();
            if (tenants == null) {
                open.add(i);
            } else {
                for (String tenant : tenants) {
                    naming.computeIfAbsent(tenant, named -> new TreeSet<>()).add(i);
                }
            }
        }
        add(type, TaskClass.OTHERS, open, bySelector);
        Map<Set<Integer>, Integer> numberOf = new HashMap<>();
        naming.forEach((tenant, by) -> {
            Integer number = numberOf.get(by);
            if (number == null) {
                number = numberOf.size() + 1;
                numberOf.put(by, number);
                Set<Integer> accepting = new TreeSet<>(by);
                accepting.addAll(open);
                add(type, number, accepting, bySelector);
            }
            numbers.computeIfAbsent(type, named -> new TreeMap<>()).put(tenant, number);
        });
    }

    /** Adds the classes of these tenants that somebody accepts, one for each number of selectors. */
    private void add(String type, int tenants, Set<Integer> working, Map<Set<Integer>, Integer> bySelector) {
        bySelector.forEach((meeting, selectors) -> {
            TaskClass tasks = new TaskClass(type, tenants, selectors);
            List<Integer> accepting = meeting.stream().filter(working::contains).toList();
            if (!accepting.isEmpty()) {
                all.add(tasks);
                accepting.forEach(agents -> accepted.get(agents).add(tasks));
            }
        });
    }

    /** The classes that some agent accepts, by type. */
    public List<TaskClass> all() {
        return List.copyOf(all);
    }

    /** The class of a task without a selector, whether or not anybody accepts it. */
    public TaskClass of(String taskType, String tenant) {
        return of(taskType, tenant, TaskSelector.NO_KEY);
    }

    /**
     * The class of a task, whether or not anybody accepts it. A selector that no task had that waited, or that no agent meets, counts as none.
     *
     * @param selectorKey {@link TaskSelector#key}
     */
    public TaskClass of(String taskType, String tenant, String selectorKey) {
        return new TaskClass(
                taskType,
                numbers.getOrDefault(taskType, Map.of()).getOrDefault(tenant, TaskClass.OTHERS),
                lines.getOrDefault(taskType, Map.of()).getOrDefault(selectorKey, TaskClass.OTHERS));
    }

    /** By type, the number of each tenant that some of its agents name; types whose agents name none are missing. */
    public Map<String, Map<String, Integer>> named() {
        return numbers;
    }

    /** By type, the number of each selector of tasks that wait which some agent meets, by its key; types without such are missing. */
    public Map<String, Map<String, Integer>> lines() {
        return lines;
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
