package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for an agent, in queues such that an agent that takes one of a queue's tasks takes any of them: by class, and by what the
 * agent may cost. Confined to {@link ReadyQueues}.
 */
final class WaitingTasks {
    private final Map<TaskClass, Map<Double, NavigableSet<TrackedTask>>> queues = new HashMap<>();
    private TaskClasses classes = TaskClasses.NONE;
    /** Classes that each agent accepts; agents that accept the same share an entry. */
    private Map<Eligibility, Set<TaskClass>> accepted = Map.of();

    /** Takes over the agents that there are. */
    void fleet(Collection<AgentQueue> agents) {
        Set<Eligibility> eligibilities = new HashSet<>();
        agents.forEach(agent -> eligibilities.add(agent.facts.accepts()));
        if (eligibilities.equals(accepted.keySet())) {
            return;
        }
        List<Eligibility> inOrder = List.copyOf(eligibilities);
        classes = new TaskClasses(inOrder);
        accepted = new HashMap<>();
        for (int i = 0; i < inOrder.size(); i++) {
            accepted.put(inOrder.get(i), classes.acceptedBy(i));
        }
        List<TrackedTask> all = new ArrayList<>();
        queues().forEach(all::addAll);
        queues.clear();
        all.forEach(this::add);
    }

    void add(TrackedTask task) {
        queues.computeIfAbsent(classOf(task), tasks -> new TreeMap<>())
                .computeIfAbsent(task.facts.maxCostFactor(), most -> new TreeSet<>(TrackedTask.ORDER))
                .add(task);
    }

    void remove(TrackedTask task) {
        TaskClass tasks = classOf(task);
        Map<Double, NavigableSet<TrackedTask>> byCost = queues.getOrDefault(tasks, Map.of());
        NavigableSet<TrackedTask> queue = byCost.get(task.facts.maxCostFactor());
        if (queue != null && queue.remove(task) && queue.isEmpty()) {
            byCost.remove(task.facts.maxCostFactor());
            if (byCost.isEmpty()) {
                queues.remove(tasks);
            }
        }
    }

    private TaskClass classOf(TrackedTask task) {
        return classes.of(task.type(), task.tenant());
    }

    /** The queues; none is empty. */
    Collection<NavigableSet<TrackedTask>> queues() {
        return queues.values().stream()
                .flatMap(byCost -> byCost.values().stream())
                .toList();
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
        for (TaskClass tasks : accepted.getOrDefault(agent.facts.accepts(), Set.of())) {
            queues.getOrDefault(tasks, Map.of()).forEach((maxCostFactor, queue) -> {
                if (agent.facts.costPerHourUsd() <= maxCostFactor) {
                    found.add(queue);
                }
            });
        }
        return found;
    }
}
