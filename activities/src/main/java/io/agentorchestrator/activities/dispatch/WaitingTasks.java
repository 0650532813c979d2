package io.agentorchestrator.activities.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for an agent, in queues such that an agent that takes one of a queue's tasks takes any of them: a queue for each type,
 * and for each type and tenant where some agents of the type do not serve all tenants. Confined to {@link ReadyQueues}.
 */
final class WaitingTasks {
    private final Map<Kind, NavigableSet<TrackedTask>> queues = new HashMap<>();
    /** Types of which some agents do not serve all tenants. */
    private Set<String> divided = Set.of();

    /** @param tenant null: of any */
    private record Kind(String type, @Nullable String tenant) {}

    /** Takes over the agents that there are. */
    void fleet(Collection<AgentQueue> agents) {
        Set<String> types = new HashSet<>();
        for (AgentQueue agent : agents) {
            if (agent.facts.tenants() != null) {
                types.addAll(agent.facts.types());
            }
        }
        if (types.equals(divided)) {
            return;
        }
        List<TrackedTask> all = new ArrayList<>();
        queues.values().forEach(all::addAll);
        queues.clear();
        divided = types;
        all.forEach(this::add);
    }

    void add(TrackedTask task) {
        queues.computeIfAbsent(kind(task), kind -> new TreeSet<>(TrackedTask.ORDER))
                .add(task);
    }

    void remove(TrackedTask task) {
        Kind kind = kind(task);
        NavigableSet<TrackedTask> queue = queues.get(kind);
        if (queue != null && queue.remove(task) && queue.isEmpty()) {
            queues.remove(kind);
        }
    }

    private Kind kind(TrackedTask task) {
        return new Kind(task.type(), divided.contains(task.type()) ? task.tenant() : null);
    }

    /** The queues; none is empty. */
    Collection<NavigableSet<TrackedTask>> queues() {
        return queues.values();
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
        for (String type : agent.facts.types()) {
            if (divided.contains(type)) {
                queues.forEach((kind, queue) -> {
                    if (kind.type().equals(type) && kind.tenant() != null && agent.facts.serves(kind.tenant())) {
                        found.add(queue);
                    }
                });
            } else {
                NavigableSet<TrackedTask> queue = queues.get(new Kind(type, null));
                if (queue != null) {
                    found.add(queue);
                }
            }
        }
        return found;
    }
}
