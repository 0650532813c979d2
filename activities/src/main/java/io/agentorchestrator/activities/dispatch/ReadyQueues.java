package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.selector.Selector;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which waiting task goes to which agent: by priority and then by arrival over all types, to the agent that the
 * {@link PlacementStrategy} rates best. Knows agents and queues, and changes no task. Confined to the {@link DispatchMachine}.
 */
final class ReadyQueues {
    /** A refusing agent that says nothing more is left alone for so long. */
    static final long BLOCK_NANOS = 100_000_000L;
    /**
     * A task that waits for so long in the queue of a full agent goes to one that has a slot; each time twice as long, since every move costs a
     * commit and an epoch, and agents that seem idle may be full of other workers' tasks.
     */
    private static final long MOVE_AFTER_NANOS = 20_000_000L;

    private static final int MAX_DOUBLINGS = 8;

    private static final double NEWEST = 0.1;
    private static final double FIRST_COMMIT_NANOS = 10_000_000.0;

    private final Map<String, AgentQueue> agents = new HashMap<>();
    private final Map<String, List<AgentQueue>> agentsByType = new HashMap<>();
    private final WaitingTasks waiting = new WaitingTasks();
    private final TaskTimes times = new TaskTimes();
    private PlacementStrategy strategy = PlacementStrategy.LEAST_LOADED;
    /** Exponentially weighted mean time that it takes to commit a dispatch. */
    private double commitNanos = FIRST_COMMIT_NANOS;

    /** Takes over the registry; returns the queues of agents that are no longer in it. */
    List<AgentQueue> fleet(List<AgentFacts> facts) {
        Set<String> present = new HashSet<>();
        for (AgentFacts agent : facts) {
            present.add(agent.agentId());
            agents.computeIfAbsent(agent.agentId(), id -> new AgentQueue(agent)).facts = agent;
        }
        List<AgentQueue> gone = new ArrayList<>();
        agents.values().removeIf(agent -> {
            boolean left = !present.contains(agent.agentId);
            if (left) {
                gone.add(agent);
            }
            return left;
        });
        agentsByType.clear();
        for (AgentQueue agent : agents.values()) {
            for (String type : agent.facts.accepts().types()) {
                agentsByType.computeIfAbsent(type, ignored -> new ArrayList<>()).add(agent);
            }
        }
        waiting.fleet(agents.values());
        times.keepOnly(agents.keySet(), agentsByType.keySet());
        return gone;
    }

    void placeBy(PlacementStrategy wanted) {
        strategy = wanted;
    }

    PlacementStrategy strategy() {
        return strategy;
    }

    /** A task has completed after so long at its agent. */
    void completed(AgentQueue agent, TrackedTask task, long nanos) {
        agent.executed(nanos);
        times.completed(agent.agentId, task.type(), task.facts.complexity(), nanos);
    }

    @Nullable AgentQueue find(@Nullable String agentId) {
        return agentId == null ? null : agents.get(agentId);
    }

    Collection<AgentQueue> all() {
        return agents.values();
    }

    void addWaiting(TrackedTask task) {
        waiting.add(task);
    }

    void removeWaiting(TrackedTask task) {
        waiting.remove(task);
    }

    void committed(long tookNanos) {
        commitNanos += NEWEST * (tookNanos - commitNanos);
    }

    /** The best waiting task that some agent has room for; null if there is none. */
    @Nullable Assignment next(long now) {
        Priority priority = null;
        List<AgentQueue> withRoom = List.of();
        for (TrackedTask first : waiting.firsts()) {
            if (first.facts.priority() != priority) {
                priority = first.facts.priority();
                withRoom = withRoomFor(priority, now);
            }
            AgentQueue place = placeFor(first, withRoom, now);
            if (place != null) {
                return assignment(first, place, now);
            }
        }
        return null;
    }

    /** The agents that have room for tasks of this priority, of whatever types. */
    private List<AgentQueue> withRoomFor(Priority priority, long now) {
        List<AgentQueue> withRoom = new ArrayList<>();
        for (AgentQueue agent : agents.values()) {
            if (hasRoomFor(agent, priority, now)) {
                withRoom.add(agent);
            }
        }
        return withRoom;
    }

    private boolean hasRoomFor(AgentQueue agent, Priority priority, long now) {
        return agent.takesTasks(now) && agent.isTrusted() && agent.hasRoomFor(priority, commitNanos);
    }

    /** Tells whether the task could start at once at an agent that it was not sent to. */
    boolean hasFreeSlotElsewhere(TrackedTask task, long now) {
        return agentsByType.getOrDefault(task.type(), List.of()).stream()
                .anyMatch(agent -> !agent.agentId.equals(task.agentId)
                        && agent.takesTasks(now)
                        && agent.isTrusted()
                        && agent.mayHave(task)
                        && agent.unclaimed() > 0);
    }

    /** Urgent tasks that wait for a slot, in queues or at agents: so many of each queue at most, in any order. */
    List<TrackedTask> urgent(int most) {
        List<TrackedTask> urgent = new ArrayList<>();
        Stream.concat(waiting.queues().stream(), agents.values().stream().map(agent -> agent.staged))
                .forEach(queue -> queue.stream()
                        .limit(most)
                        .takeWhile(task -> task.facts.priority().mayPreempt())
                        .forEach(urgent::add));
        return urgent;
    }

    /** The agents that accept the task, whether they have room or not. */
    List<AgentQueue> agentsFor(TrackedTask task) {
        return agentsByType.getOrDefault(task.type(), List.of()).stream()
                .filter(agent -> agent.mayHave(task))
                .toList();
    }

    /** The task's place at this agent, whether it has room or not. */
    Assignment assignment(TrackedTask task, AgentQueue agent, long now) {
        long among = agentsFor(task).stream()
                .filter(other -> other.takesTasks(now) && other.isTrusted())
                .count();
        return new Assignment(task, agent, Math.max(1, (int) among), isPreferred(agent, task));
    }

    /**
     * The agent that is rated best among those with room for the task; null if there is none.
     *
     * @param withRoom agents that have room for tasks of its priority: the more tasks wait in vain, the fewer
     */
    private @Nullable AgentQueue placeFor(TrackedTask task, List<AgentQueue> withRoom, long now) {
        List<AgentQueue> ofType = agentsByType.getOrDefault(task.type(), List.of());
        AgentQueue best = null;
        int bestRank = 0;
        double bestRating = 0;
        for (AgentQueue agent : withRoom.size() < ofType.size() ? withRoom : ofType) {
            if (!hasRoomFor(agent, task.facts.priority(), now) || !agent.mayHave(task)) {
                continue;
            }
            int rank = 2 * preference(agent, task.selector.preferred()) + (isSoonFree(agent, task) ? 1 : 0);
            if (best != null && rank < bestRank) {
                continue;
            }
            double rating = rating(agent, task.facts);
            if (best == null
                    || rank > bestRank
                    || rating < bestRating
                    || (rating == bestRating && agent.isLessLoadedThan(best))) {
                best = agent;
                bestRank = rank;
                bestRating = rating;
            }
        }
        return best;
    }

    private static boolean isPreferred(AgentQueue agent, TrackedTask task) {
        return task.selector.preferred().metBy(agent.facts.accepts().traits()) > 0;
    }

    /**
     * Tells whether the task is expected to find a slot free at the agent before it would be moved to one that is free elsewhere; if it was so moved
     * already, only a slot that is free counts. Agents of which that is so go before all others, whatever their price: a task that is committed to a
     * full one because it is cheap does not run there, and costs a second commit.
     */
    private boolean isSoonFree(AgentQueue agent, TrackedTask task) {
        return task.movedBy == PlacementReason.MOVED_IDLE
                ? agent.unclaimed() > 0
                : agent.hasSlotWithin(commitNanos + MOVE_AFTER_NANOS);
    }

    /**
     * The pull of this agent on a task, beside others that have room: by the preferred conditions that it meets, but first of all by
     * whether a slot is free, so that none stays idle for a preference. All alike where nothing is preferred.
     */
    private static int preference(AgentQueue agent, Selector preferred) {
        if (preferred.isEmpty()) {
            return 0;
        }
        int met = preferred.metBy(agent.facts.accepts().traits());
        return agent.unclaimed() > 0 ? preferred.size() + 1 + met : met;
    }

    private double rating(AgentQueue agent, BatchTask task) {
        return strategy.rate(
                agent.used(),
                agent.facts.slots(),
                agent.facts.costPerHourUsd(),
                times.expectedSeconds(agent.agentId, task.taskType(), task.complexity()));
    }

    /** The best waiting task that could be the trial of an agent whose breaker allows one, for each such agent. */
    List<Assignment> trials(long now) {
        List<Assignment> trials = new ArrayList<>();
        for (AgentQueue agent : agents.values()) {
            if (agent.facts.trust() != Trust.TRIAL_FREE || !agent.takesTasks(now) || agent.unclaimed() == 0) {
                continue;
            }
            TrackedTask best = waiting.bestFor(agent);
            if (best != null) {
                trials.add(new Assignment(best, agent, 1, false));
            }
        }
        return trials;
    }

    /** Committed tasks that wait at full agents, and could start at once at others: of each of those the best, as many as it has slots. */
    List<TrackedTask> movable(long now) {
        List<AgentQueue> idle = agents.values().stream()
                .filter(agent -> agent.takesTasks(now) && agent.isTrusted() && agent.unclaimed() > 0)
                .toList();
        Map<String, NavigableSet<TrackedTask>> waitTooLong = idle.isEmpty() ? Map.of() : waitTooLong(now);
        List<TrackedTask> movable = new ArrayList<>();
        for (AgentQueue agent : waitTooLong.isEmpty() ? List.<AgentQueue>of() : idle) {
            List<TrackedTask> taken = waitTooLong.entrySet().stream()
                    .filter(ofType -> agent.facts.accepts().types().contains(ofType.getKey()))
                    .flatMap(ofType ->
                            ofType.getValue().stream().filter(agent::mayHave).limit(agent.unclaimed()))
                    .sorted(TrackedTask.ORDER)
                    .limit(agent.unclaimed())
                    .toList();
            movable.addAll(taken);
            waitTooLong.values().forEach(tasks -> taken.forEach(tasks::remove));
        }
        return movable;
    }

    /** Committed tasks that have waited at full agents for longer than one stays there while another has a slot free, by type. */
    private Map<String, NavigableSet<TrackedTask>> waitTooLong(long now) {
        Map<String, NavigableSet<TrackedTask>> byType = new HashMap<>();
        for (AgentQueue agent : agents.values()) {
            if (agent.staged.isEmpty() || (agent.takesTasks(now) && agent.free() > 0)) {
                continue;
            }
            for (TrackedTask task : agent.staged) {
                if (task.isPrepared()
                        && now - task.stagedAt > MOVE_AFTER_NANOS << Math.min(task.idleMoves, MAX_DOUBLINGS)) {
                    byType.computeIfAbsent(task.type(), type -> new TreeSet<>(TrackedTask.ORDER))
                            .add(task);
                }
            }
        }
        return byType;
    }

    /** Finds agents for tasks that may become ready by this outcome: the one whose slot it frees, or the best of those with a slot free. */
    Map<Integer, String> agentsForHeld(OpenBatch batch, TrackedTask task, Predicate<BatchTask> isInTime, long now) {
        Map<Integer, String> places = new HashMap<>();
        Map<AgentQueue, Integer> taken = new HashMap<>();
        AgentQueue own = find(task.agentId);
        // By their ids, which within a DAG ascend from the longest remaining path.
        for (BatchTask held : batch.heldTasks()) {
            if (!isInTime.test(held)) {
                continue;
            }
            AgentQueue place = placeForHeld(held, own, task.phase.holdsSlot() ? 1 : 0, taken, now);
            if (place != null) {
                taken.merge(place, 1, Integer::sum);
                places.put(held.index(), place.agentId);
            }
        }
        return places;
    }

    /** Under a strategy that keeps agents the own one, or else any; otherwise the one that is rated best. Null: none has a slot free. */
    private @Nullable AgentQueue placeForHeld(
            BatchTask held, @Nullable AgentQueue own, int freed, Map<AgentQueue, Integer> taken, long now) {
        TaskSelector selector = TaskSelector.parse(held.selector());
        boolean indifferent = selector.preferred().isEmpty();
        if (own != null && indifferent && strategy.keepsAgent() && canPassTo(own, held, selector, taken, freed, now)) {
            return own;
        }
        AgentQueue best = null;
        int bestPreference = 0;
        double bestRating = 0;
        for (AgentQueue agent : agentsByType.getOrDefault(held.taskType(), List.of())) {
            if (!canPassTo(agent, held, selector, taken, agent.equals(own) ? freed : 0, now)) {
                continue;
            }
            if (indifferent && strategy.keepsAgent()) {
                return agent;
            }
            int preference = selector.preferred().metBy(agent.facts.accepts().traits());
            double rating = strategy.keepsAgent() ? agent.equals(own) ? 0 : 1 : rating(agent, held);
            if (best == null || preference > bestPreference || (preference == bestPreference && rating < bestRating)) {
                best = agent;
                bestPreference = preference;
                bestRating = rating;
            }
        }
        return best;
    }

    private static boolean canPassTo(
            AgentQueue agent,
            BatchTask held,
            TaskSelector selector,
            Map<AgentQueue, Integer> taken,
            int freed,
            long now) {
        return agent.takesTasks(now)
                && agent.isTrusted()
                && agent.facts.accepts().accepts(held.taskType(), held.tenant(), selector.required())
                && agent.unclaimed() + freed > taken.getOrDefault(agent, 0);
    }

    /** Counts the tasks that wait here and that the agent could have. */
    int demandOf(AgentQueue agent) {
        return agent.staged.size() + agent.committing + waiting.countFor(agent);
    }

    /**
     * A task and the agent that has room for it.
     *
     * @param among agents that could have had it, that one included, with room or without
     * @param isPreferred whether the agent meets any condition that the task prefers
     */
    record Assignment(TrackedTask task, AgentQueue agent, int among, boolean isPreferred) {}
}
