package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.PlacementReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Predicate;
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
        Assignment best = null;
        for (NavigableSet<TrackedTask> queue : waiting.queues()) {
            TrackedTask first = queue.first();
            if (best != null && TrackedTask.ORDER.compare(first, best.task()) > 0) {
                continue;
            }
            Assignment place = placeFor(first, now);
            if (place != null) {
                best = place;
            }
        }
        return best;
    }

    /** Tells whether the task could start at once at an agent that it was not sent to. */
    boolean hasFreeSlotElsewhere(TrackedTask task, long now) {
        return agentsByType.getOrDefault(task.type(), List.of()).stream()
                .anyMatch(agent -> !agent.agentId.equals(task.agentId)
                        && agent.takesTasks(now)
                        && agent.isTrusted()
                        && agent.mayTake(task)
                        && agent.unclaimed() > 0);
    }

    /** The agent that is rated best among those with room for the task; null if there is none. */
    private @Nullable Assignment placeFor(TrackedTask task, long now) {
        AgentQueue best = null;
        double bestRating = 0;
        int among = 0;
        for (AgentQueue agent : agentsByType.getOrDefault(task.type(), List.of())) {
            if (!agent.takesTasks(now) || !agent.isTrusted() || !agent.mayTake(task)) {
                continue;
            }
            among++;
            if (!agent.hasRoomFor(task, commitNanos)) {
                continue;
            }
            double rating = isForFreeSlot(task) && agent.unclaimed() == 0
                    ? Double.POSITIVE_INFINITY
                    : rating(agent, task.facts);
            if (best == null || rating < bestRating || (rating == bestRating && agent.isLessLoadedThan(best))) {
                best = agent;
                bestRating = rating;
            }
        }
        return best == null ? null : new Assignment(task, best, among);
    }

    /** A task left the queue of a full agent for a slot that is free: whichever agent is rated best, it does not wait at a full one again. */
    private static boolean isForFreeSlot(TrackedTask task) {
        return task.movedBy == PlacementReason.MOVED_IDLE;
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
                trials.add(new Assignment(best, agent, 1));
            }
        }
        return trials;
    }

    /** Committed tasks that wait at full agents, and could start at once at others, best first: as many as those have slots. */
    List<TrackedTask> movable(long now) {
        List<TrackedTask> movable = new ArrayList<>();
        for (AgentQueue idle : agents.values()) {
            int slots = idle.takesTasks(now) && idle.isTrusted() ? idle.unclaimed() : 0;
            for (String type :
                    slots == 0 ? Set.<String>of() : idle.facts.accepts().types()) {
                for (AgentQueue full : agentsByType.getOrDefault(type, List.of())) {
                    if (full == idle || full.staged.isEmpty() || (full.takesTasks(now) && full.free() > 0)) {
                        continue;
                    }
                    for (TrackedTask task : full.staged) {
                        if (slots > 0
                                && task.isPrepared()
                                && now - task.stagedAt > MOVE_AFTER_NANOS << Math.min(task.idleMoves, MAX_DOUBLINGS)
                                && idle.facts.accepts().accepts(task.type(), task.tenant())
                                && idle.mayTake(task)
                                && !movable.contains(task)) {
                            movable.add(task);
                            slots--;
                        }
                    }
                }
            }
        }
        return movable;
    }

    /** Finds agents for tasks that may become ready by this outcome: the one whose slot it frees, or the best of those with a slot free. */
    Map<Integer, String> agentsForHeld(OpenBatch batch, TrackedTask task, Predicate<BatchTask> isInTime, long now) {
        Map<Integer, String> places = new HashMap<>();
        Map<AgentQueue, Integer> taken = new HashMap<>();
        AgentQueue own = find(task.agentId);
        for (int index : batch.held()) {
            BatchTask held = batch.heldTask(index);
            if (held == null || !isInTime.test(held)) {
                continue;
            }
            AgentQueue place = placeForHeld(held, own, task.phase.holdsSlot() ? 1 : 0, taken, now);
            if (place != null) {
                taken.merge(place, 1, Integer::sum);
                places.put(index, place.agentId);
            }
        }
        return places;
    }

    /** Under a strategy that keeps agents the own one, or else any; otherwise the one that is rated best. Null: none has a slot free. */
    private @Nullable AgentQueue placeForHeld(
            BatchTask held, @Nullable AgentQueue own, int freed, Map<AgentQueue, Integer> taken, long now) {
        if (own != null && strategy.keepsAgent() && canPassTo(own, held, taken, freed, now)) {
            return own;
        }
        AgentQueue best = null;
        double bestRating = 0;
        for (AgentQueue agent : agentsByType.getOrDefault(held.taskType(), List.of())) {
            if (!canPassTo(agent, held, taken, agent.equals(own) ? freed : 0, now)) {
                continue;
            }
            if (strategy.keepsAgent()) {
                return agent;
            }
            double rating = rating(agent, held);
            if (best == null || rating < bestRating) {
                best = agent;
                bestRating = rating;
            }
        }
        return best;
    }

    private static boolean canPassTo(
            AgentQueue agent, BatchTask held, Map<AgentQueue, Integer> taken, int freed, long now) {
        return agent.takesTasks(now)
                && agent.isTrusted()
                && agent.facts.accepts().accepts(held.taskType(), held.tenant())
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
     */
    record Assignment(TrackedTask task, AgentQueue agent, int among) {}
}
