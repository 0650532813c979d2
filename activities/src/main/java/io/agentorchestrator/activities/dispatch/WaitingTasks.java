package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for an agent, in queues such that an agent that takes one of a queue's tasks takes any of them. Each task that comes or goes is
 * counted for the agents that could have it, which are asked after more often than tasks come. Confined to {@link ReadyQueues}.
 */
final class WaitingTasks {
    /** By class, whose tasks the same agents accept but for conditions of their own, and by these. No queue is empty. */
    private final Map<TaskClass, Map<Conditions, Queue>> queues = new HashMap<>();
    /** The best task of each queue. */
    private final NavigableSet<TrackedTask> firsts = new TreeSet<>(TrackedTask.ORDER);

    private TaskClasses classes = TaskClasses.NONE;
    /** The types and tenants that agents accept, whatever they say of themselves. */
    private Set<Eligibility> eligibilities = Set.of();
    /** By the id of an agent. */
    private Map<String, Takers> takers = Map.of();

    private Map<TaskClass, List<Takers>> takersByClass = Map.of();

    /** Agents that accept the same tasks, say the same of themselves, and cost the same. */
    private static final class Takers {
        final Kind kind;
        final Set<TaskClass> tasks;
        /** Waiting tasks that they could have. */
        int waiting;

        Takers(Kind kind, Set<TaskClass> tasks) {
            this.kind = kind;
            this.tasks = tasks;
        }
    }

    /** The waiting tasks of a class that set the same conditions. */
    private static final class Queue {
        final NavigableSet<TrackedTask> tasks = new TreeSet<>(TrackedTask.ORDER);
        List<Takers> takers;

        Queue(List<Takers> takers) {
            this.takers = takers;
        }

        void count(int change) {
            takers.forEach(each -> each.waiting += change);
        }
    }

    /** Takes over the agents that there are. */
    void fleet(Collection<AgentQueue> agents) {
        Map<Eligibility, Integer> alike = new LinkedHashMap<>();
        agents.forEach(agent -> alike.putIfAbsent(withoutTraits(agent.facts.accepts()), alike.size()));
        TaskClasses divided = new TaskClasses(List.copyOf(alike.keySet()));
        Map<Kind, Takers> distinct = new HashMap<>();
        takers = new HashMap<>();
        takersByClass = new HashMap<>();
        for (AgentQueue agent : agents) {
            takers.put(agent.agentId, distinct.computeIfAbsent(Kind.of(agent), kind -> {
                Set<TaskClass> tasks = divided.acceptedBy(alike.getOrDefault(withoutTraits(kind.accepts()), -1));
                Takers found = new Takers(kind, tasks);
                tasks.forEach(each -> takersByClass
                        .computeIfAbsent(each, none -> new ArrayList<>())
                        .add(found));
                return found;
            }));
        }
        if (alike.keySet().equals(eligibilities)) {
            queues.forEach((tasks, ofClass) -> ofClass.forEach((conditions, queue) -> {
                queue.takers = takersOf(tasks, conditions);
                queue.count(queue.tasks.size());
            }));
        } else {
            eligibilities = Set.copyOf(alike.keySet());
            List<TrackedTask> all = new ArrayList<>();
            queues().forEach(all::addAll);
            queues.clear();
            firsts.clear();
            classes = divided;
            all.forEach(this::add);
        }
    }

    private static Eligibility withoutTraits(Eligibility accepts) {
        return new Eligibility(accepts.types(), accepts.tenants());
    }

    private List<Takers> takersOf(TaskClass tasks, Conditions conditions) {
        return takersByClass.getOrDefault(tasks, List.of()).stream()
                .filter(each -> conditions.accept(each.kind))
                .toList();
    }

    void add(TrackedTask task) {
        TaskClass tasks = classOf(task);
        Queue queue = queues.computeIfAbsent(tasks, none -> new HashMap<>())
                .computeIfAbsent(Conditions.of(task), conditions -> new Queue(takersOf(tasks, conditions)));
        TrackedTask before = queue.tasks.isEmpty() ? null : queue.tasks.first();
        if (queue.tasks.add(task)) {
            queue.count(1);
        }
        exchangeFirst(before, queue.tasks.first());
    }

    void remove(TrackedTask task) {
        TaskClass tasks = classOf(task);
        Map<Conditions, Queue> ofClass = queues.getOrDefault(tasks, Map.of());
        Queue queue = ofClass.get(Conditions.of(task));
        TrackedTask before = queue == null ? null : queue.tasks.first();
        if (queue == null || !queue.tasks.remove(task)) {
            return;
        }
        queue.count(-1);
        exchangeFirst(before, queue.tasks.isEmpty() ? null : queue.tasks.first());
        if (queue.tasks.isEmpty()) {
            ofClass.remove(Conditions.of(task));
        }
        if (ofClass.isEmpty()) {
            queues.remove(tasks);
        }
    }

    private void exchangeFirst(@Nullable TrackedTask before, @Nullable TrackedTask now) {
        if (before == now) {
            return;
        }
        if (before != null) {
            firsts.remove(before);
        }
        if (now != null) {
            firsts.add(now);
        }
    }

    private TaskClass classOf(TrackedTask task) {
        return classes.of(task.type(), task.tenant());
    }

    /** The queues; none is empty. */
    List<NavigableSet<TrackedTask>> queues() {
        return queues.values().stream()
                .flatMap(ofClass -> ofClass.values().stream())
                .map(queue -> queue.tasks)
                .toList();
    }

    /** The best task of each queue, the best of all first. */
    Collection<TrackedTask> firsts() {
        return firsts;
    }

    /** The best that the agent may take; null if there is none. */
    @Nullable TrackedTask bestFor(AgentQueue agent) {
        Takers agents = takers.get(agent.agentId);
        TrackedTask best = null;
        for (TaskClass tasks : agents == null ? Set.<TaskClass>of() : agents.tasks) {
            for (Queue queue : queues.getOrDefault(tasks, Map.of()).values()) {
                TrackedTask first = queue.tasks.first();
                if (queue.takers.contains(agents) && (best == null || TrackedTask.ORDER.compare(first, best) < 0)) {
                    best = first;
                }
            }
        }
        return best;
    }

    /** Counts those that the agent may take. */
    int countFor(AgentQueue agent) {
        Takers agents = takers.get(agent.agentId);
        return agents == null ? 0 : agents.waiting;
    }

    /** Conditions on the agent of a task: those of its selector, and the cost factor in USD an hour that its budget allows. */
    private record Conditions(Selector required, double maxCostFactor) {
        static Conditions of(TrackedTask task) {
            return new Conditions(task.selector.required(), task.facts.maxCostFactor());
        }

        boolean accept(Kind agents) {
            return required.accepts(agents.accepts().traits()) && agents.costPerHourUsd() <= maxCostFactor;
        }
    }

    private record Kind(Eligibility accepts, double costPerHourUsd) {
        static Kind of(AgentQueue agent) {
            return new Kind(agent.facts.accepts(), agent.facts.costPerHourUsd());
        }
    }
}
