package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for an agent, in queues such that an agent that takes one of a queue's tasks takes any of them. Confined to {@link ReadyQueues}.
 */
final class WaitingTasks {
    /** By class, whose tasks the same agents accept but for conditions of their own, and by these. No queue is empty. */
    private final Map<TaskClass, Map<Conditions, NavigableSet<TrackedTask>>> queues = new HashMap<>();
    /** The best task of each queue. */
    private final NavigableSet<TrackedTask> firsts = new TreeSet<>(TrackedTask.ORDER);

    private TaskClasses classes = TaskClasses.NONE;
    /** The types and tenants that agents accept, whatever they say of themselves. */
    private Set<Eligibility> eligibilities = Set.of();
    /** Classes that each agent accepts, by its id. */
    private Map<String, Set<TaskClass>> accepted = Map.of();

    /** Takes over the agents that there are. */
    void fleet(Collection<AgentQueue> agents) {
        Map<Eligibility, List<String>> alike = new HashMap<>();
        for (AgentQueue agent : agents) {
            Eligibility accepts = agent.facts.accepts();
            alike.computeIfAbsent(new Eligibility(accepts.types(), accepts.tenants()), same -> new ArrayList<>())
                    .add(agent.agentId);
        }
        List<Eligibility> inOrder = List.copyOf(alike.keySet());
        TaskClasses divided = new TaskClasses(inOrder);
        accepted = new HashMap<>();
        for (int i = 0; i < inOrder.size(); i++) {
            Set<TaskClass> ofAgent = divided.acceptedBy(i);
            alike.getOrDefault(inOrder.get(i), List.of()).forEach(agentId -> accepted.put(agentId, ofAgent));
        }
        if (!alike.keySet().equals(eligibilities)) {
            eligibilities = Set.copyOf(inOrder);
            List<TrackedTask> all = new ArrayList<>();
            queues.values().forEach(ofClass -> ofClass.values().forEach(all::addAll));
            queues.clear();
            firsts.clear();
            classes = divided;
            all.forEach(this::add);
        }
    }

    void add(TrackedTask task) {
        NavigableSet<TrackedTask> queue = queues.computeIfAbsent(classOf(task), tasks -> new HashMap<>())
                .computeIfAbsent(Conditions.of(task), conditions -> new TreeSet<>(TrackedTask.ORDER));
        TrackedTask before = queue.isEmpty() ? null : queue.first();
        queue.add(task);
        exchangeFirst(before, queue.first());
    }

    void remove(TrackedTask task) {
        TaskClass tasks = classOf(task);
        Map<Conditions, NavigableSet<TrackedTask>> ofClass = queues.getOrDefault(tasks, Map.of());
        NavigableSet<TrackedTask> queue = ofClass.get(Conditions.of(task));
        TrackedTask before = queue == null ? null : queue.first();
        if (queue == null || !queue.remove(task)) {
            return;
        }
        exchangeFirst(before, queue.isEmpty() ? null : queue.first());
        if (queue.isEmpty()) {
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
                .toList();
    }

    /** The best task of each queue, the best of all first. */
    Collection<TrackedTask> firsts() {
        return firsts;
    }

    /** The best that the agent may take; null if there is none. */
    @Nullable TrackedTask bestFor(AgentQueue agent) {
        TrackedTask best = null;
        for (NavigableSet<TrackedTask> queue : queuesFor(agent)) {
            if (best == null || TrackedTask.ORDER.compare(queue.first(), best) < 0) {
                best = queue.first();
            }
        }
        return best;
    }

    /** Counts those that the agent may take. */
    int countFor(AgentQueue agent) {
        int count = 0;
        for (NavigableSet<TrackedTask> queue : queuesFor(agent)) {
            count += queue.size();
        }
        return count;
    }

    private List<NavigableSet<TrackedTask>> queuesFor(AgentQueue agent) {
        List<NavigableSet<TrackedTask>> found = new ArrayList<>();
        for (TaskClass tasks : accepted.getOrDefault(agent.agentId, Set.of())) {
            queues.getOrDefault(tasks, Map.of()).forEach((conditions, queue) -> {
                if (conditions.accept(agent)) {
                    found.add(queue);
                }
            });
        }
        return found;
    }

    /** Conditions on the agent of a task: those of its selector, and the cost factor in USD an hour that its budget allows. */
    private record Conditions(Selector required, double maxCostFactor) {
        static Conditions of(TrackedTask task) {
            return new Conditions(task.selector.required(), task.facts.maxCostFactor());
        }

        boolean accept(AgentQueue agent) {
            return required.accepts(agent.facts.accepts().traits()) && agent.facts.costPerHourUsd() <= maxCostFactor;
        }
    }
}
