package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.dispatch.VictimSearches.Sought;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Has running tasks stopped for CRITICAL and HIGH ones that have found no slot in time. The slot comes first: the task is committed to the
 * agent of the one that makes way, and has its slot reserved there, before anything is stopped. A task that makes way goes back to the backlog
 * at no attempt.
 *
 * <p>The one that makes way is preemptible, of lower priority, and among those of the lowest value: the lowest priority, then the least work
 * lost, which is {@code (time since its checkpoint, or since it began) × cost factor of its agent}, then the shortest such time. It has run for a
 * second at least, so that whatever is stopped again and again still gets on, and was stopped less than {@link Limits#MAX_PREEMPTIONS} times.
 *
 * <p>A worker stops what it watches itself. Where it watches nothing that may be stopped, it takes over what another does: so a waiting task
 * finds its slot on whichever worker it is. Confined to the {@link DispatchMachine}.
 */
final class Preemption {
    /** Time that a handler has to save its work and end. */
    static final Duration GRACE = Duration.ofSeconds(5);
    /** Time from Preempt until an agent that has not stopped the task by itself is told to by Cancel. */
    static final Duration OVERDUE = GRACE.plusSeconds(3);

    private static final long LAPSE_NANOS = OVERDUE.plus(DueCheck.CANCEL_BOUND).toNanos();
    private static final long LEAST_RUN_NANOS = Limits.LEAST_RUN_BEFORE_PREEMPTION.toNanos();
    private static final long ROUND_NANOS = Duration.ofMillis(100).toNanos();
    /** Tasks of one queue that are looked at in a round. */
    private static final int MAX_A_ROUND = 64;

    private final TaskLifecycle course;
    private final Placement placement;
    /** Tasks for which slots are reserved. */
    private final Set<TrackedTask> reserved = new LinkedHashSet<>();

    private final VictimSearches searches = new VictimSearches();

    private long afterNanos = Settings.PREEMPTION_AFTER.standard().toNanos();
    private long nextRoundAt = Long.MIN_VALUE;

    Preemption(TaskLifecycle course, Placement placement) {
        this.course = course;
        this.placement = placement;
    }

    /** The slot of a task that makes way, held for the one that waits for it. */
    record Reservation(TrackedTask victim, int epoch, long since) {
        /** Tells whether the slot is free: its task has ended, or is on its way back. */
        boolean isFreed() {
            return victim.epoch != epoch || !victim.phase.holdsSlot();
        }
    }

    void after(Duration wait) {
        afterNanos = wait.toNanos();
    }

    /** Goes on with what is reserved, and looks now and then for tasks that have waited long enough. */
    void round() {
        course.guard.each(reserved, this::goOn);
        if (course.now() >= nextRoundAt) {
            nextRoundAt = course.now() + ROUND_NANOS;
            seek();
        }
    }

    /** Lets the reservation of a task go that has started, or has left the agent's queue, or waits in vain; has its slot freed otherwise. */
    private void goOn(TrackedTask task) {
        Reservation reservation = task.reservation;
        boolean waitsThere = reservation != null
                && course.get(task.id()) == task
                && (task.phase == DispatchPhase.DISPATCHING || task.phase == DispatchPhase.STAGED)
                && reservation.victim().agentId != null
                && reservation.victim().agentId.equals(task.agentId);
        if (reservation == null || !waitsThere || course.now() - reservation.since() > LAPSE_NANOS) {
            task.reservation = null;
            reserved.remove(task);
            return;
        }
        TrackedTask victim = reservation.victim();
        AgentQueue agent = course.queues.find(victim.agentId);
        if (agent != null && task.phase == DispatchPhase.STAGED && !reservation.isFreed() && mayStop(victim)) {
            victim.preemptedFor = task.id();
            victim.preemptSentAt = course.now();
            send(victim, agent);
        }
    }

    /** Tells the agent to stop the task; one that does not know Preempt stops it at its last checkpoint. */
    void send(TrackedTask victim, AgentQueue agent) {
        if (agent.preempts && !victim.isPreemptCancelled) {
            course.decide(new DispatchEffect.SendPreempt(agent.agentId, victim.ref(), GRACE));
        } else {
            cancel(victim);
        }
    }

    /** Has it stopped without grace. Whatever its agent says of it then, it goes back to the backlog, unless it has ended. */
    void cancel(TrackedTask victim) {
        victim.isPreemptCancelled = true;
        course.sendCancel(victim, "the task makes way for one of higher priority");
    }

    private void seek() {
        List<TrackedTask> waiting = course.queues.urgent(MAX_A_ROUND).stream()
                .filter(this::isDue)
                .sorted(TrackedTask.ORDER)
                .toList();
        List<TrackedTask> victims = victims();
        List<TrackedTask> without = new ArrayList<>();
        for (TrackedTask task : waiting) {
            TrackedTask victim = victims.stream()
                    .filter(other -> makesWay(other, task))
                    .findFirst()
                    .orElse(null);
            AgentQueue agent = victim == null ? null : course.queues.find(victim.agentId);
            if (victim == null || agent == null) {
                without.add(task);
            } else {
                victims.remove(victim);
                course.guard.with(task.id(), () -> reserve(task, victim, agent));
                searches.found(Sought.by(task.facts));
            }
        }
        seekElsewhere(without);
    }

    private boolean isDue(TrackedTask task) {
        return task.reservation == null
                && task.isPrepared()
                && task.cancelReason == null
                && !task.isRecalled
                && !task.claimingTrial
                && !task.trial
                && course.now() - task.slotWantedSince >= afterNanos
                && !course.queues.hasFreeSlotElsewhere(task, course.now());
    }

    private void reserve(TrackedTask task, TrackedTask victim, AgentQueue agent) {
        task.reservation = new Reservation(victim, victim.epoch, course.now());
        reserved.add(task);
        if (task.phase != DispatchPhase.STAGED || !agent.agentId.equals(task.agentId)) {
            if (task.phase == DispatchPhase.STAGED) {
                course.await(task);
            }
            placement.place(course.queues.assignment(task, agent, course.now()));
        }
        goOn(task);
    }

    /** All that may be stopped, the lowest value first. */
    private List<TrackedTask> victims() {
        List<TrackedTask> victims = new ArrayList<>();
        for (AgentQueue agent : course.queues.all()) {
            if (agent.isReachable() && agent.isTrusted()) {
                agent.busy.stream().filter(this::mayStop).forEach(victims::add);
            }
        }
        victims.removeIf(victim ->
                reserved.stream().anyMatch(task -> task.reservation != null && task.reservation.victim() == victim));
        victims.sort(Comparator.comparing((TrackedTask victim) -> victim.facts.priority())
                .reversed()
                .thenComparingDouble(this::lostCost)
                .thenComparingLong(victim -> victim.unsavedNanos(course.now()))
                .thenComparing(Comparator.comparingLong((TrackedTask victim) -> victim.number)
                        .reversed()));
        return victims;
    }

    private double lostCost(TrackedTask victim) {
        AgentQueue agent = course.queues.find(victim.agentId);
        return agent == null ? 0 : agent.facts.costPerHourUsd() * victim.unsavedNanos(course.now());
    }

    private boolean mayStop(TrackedTask task) {
        return task.phase == DispatchPhase.RUNNING
                && task.facts.preemption().preemptible()
                && task.facts.preemption().preemptions() < Limits.MAX_PREEMPTIONS
                && task.preemptedFor == null
                && task.cancelReason == null
                && !task.trial
                && task.ranNanos(course.now()) >= LEAST_RUN_NANOS;
    }

    private boolean makesWay(TrackedTask victim, TrackedTask task) {
        AgentQueue agent = course.queues.find(victim.agentId);
        return victim.facts.priority().compareTo(task.facts.priority()) > 0 && agent != null && agent.mayHave(task);
    }

    /** Asks for what other workers watch, for each demand by itself: where one finds nothing, another may. */
    private void seekElsewhere(List<TrackedTask> waiting) {
        Map<Sought, List<TrackedTask>> bySought = new LinkedHashMap<>();
        Map<Sought, Long> newest = new LinkedHashMap<>();
        for (TrackedTask task : waiting) {
            Sought sought = Sought.by(task.facts);
            bySought.computeIfAbsent(sought, _ -> new ArrayList<>()).add(task);
            newest.merge(sought, task.number, Math::max);
        }
        Map<AtAgents, Integer> asked = new LinkedHashMap<>();
        for (Sought sought : searches.due(newest, course.now())) {
            List<TrackedTask> tasks = Objects.requireNonNull(bySought.get(sought));
            List<String> agentIds = agentsFor(tasks.getFirst());
            if (agentIds.isEmpty()) {
                searches.nobodyAsked(sought, course.now());
            } else {
                asked.merge(new AtAgents(agentIds, sought.priority()), tasks.size(), Integer::sum);
            }
        }
        asked.forEach((at, most) -> course.decide(new DispatchEffect.SeekVictims(at.agentIds(), at.priority(), most)));
    }

    private List<String> agentsFor(TrackedTask task) {
        return course.queues.agentsFor(task).stream()
                .filter(agent -> agent.isReachable() && agent.isTrusted())
                .map(agent -> agent.agentId)
                .sorted()
                .toList();
    }

    /** Demands that lead to the same agents are one question. */
    private record AtAgents(List<String> agentIds, Priority priority) {}

    /** Tells whether a failure of this code is the agent's answer to a task's being stopped for another. */
    static boolean hasMadeWay(TrackedTask task, String code) {
        boolean stopped = code.equals(OutcomeMapping.PREEMPTED) || code.equals(OutcomeMapping.CANCELLED);
        return task.preemptedFor != null && task.cancelReason == null && stopped;
    }
}
