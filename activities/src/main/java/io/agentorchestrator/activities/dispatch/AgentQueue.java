package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.workflows.model.Priority;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One agent as this worker sees it: its slots, and the ready queue of dispatches that are committed ahead of a free slot. Confined to
 * {@link ReadyQueues}.
 */
final class AgentQueue {
    private static final int UNTOLD = -1;
    private static final double NEWEST = 0.1;

    final String agentId;
    AgentFacts facts;
    boolean connected;
    /** Set if nobody listened at its address when a stream was to be opened last. */
    boolean refused;
    /** Set if it knows Preempt. */
    boolean preempts;
    /** Set while messages to it wait in this process. */
    boolean congested;
    /** Tasks of this worker that hold its slots. */
    final Set<TrackedTask> busy = new HashSet<>();
    /** Tasks that the store is being told are this agent's. */
    int committing;

    final TreeSet<TrackedTask> staged = new TreeSet<>(TrackedTask.ORDER);

    private int startLimit = UNTOLD;
    private int usedByOthers;
    private long blockedUntil = Long.MIN_VALUE;
    /** Time at which it may be asked again after it was last full: of agents that seem equal, the one full longest ago is tried. */
    private long fullUntil = Long.MIN_VALUE;
    /** Set once it has refused a task since all its slots were taken, until it says anything. */
    private boolean isFull;
    /** Exponentially weighted mean of how long it has a task; NaN while nothing is known. */
    private double executionNanos = Double.NaN;

    int demandTold;
    long demandToldAt;

    AgentQueue(AgentFacts facts) {
        this.agentId = facts.agentId();
        this.facts = facts;
    }

    boolean takesTasks(long now) {
        return isReachable() && now >= blockedUntil;
    }

    /** Tells whether it would take tasks had it a slot. */
    boolean isReachable() {
        return connected && !congested && facts.ready();
    }

    /** Slots that nothing of this worker's holds, as far as the agent's word goes. */
    int free() {
        int limit = startLimit == UNTOLD ? facts.slots() - usedByOthers : Math.min(startLimit, facts.slots());
        return Math.max(0, limit - busy.size());
    }

    /** Slots that are free and that nothing committed is meant for. */
    int unclaimed() {
        return Math.max(0, free() - committing - staged.size());
    }

    /**
     * Tasks that may be committed ahead of its free slots: what its slots end within the time that a commit takes, and half as many
     * again, since times vary. By Little's law a slot then finds the next task committed. At most what it ends within a second; while its
     * times are not known, as many as it has slots.
     */
    int ahead(double commitNanos) {
        if (Double.isNaN(executionNanos)) {
            return facts.slots();
        }
        double perNano = facts.slots() / Math.max(executionNanos, 100_000.0);
        double wanted = Math.ceil(1.5 * perNano * commitNanos) + 1;
        double second = Math.max(1, perNano * 1e9);
        return (int) Math.min(Math.min(wanted, second), 4.0 * facts.slots() + 1);
    }

    /** Tells whether a task of the priority may be committed to it now: there is room, or it outranks what waits in the ready queue. */
    boolean hasRoomFor(Priority priority, double commitNanos) {
        int open = committing + staged.size();
        int room = free() + ahead(commitNanos);
        if (open < room) {
            return true;
        }
        boolean outranks =
                !staged.isEmpty() && priority.compareTo(staged.last().facts.priority()) < 0;
        return outranks && open < room + facts.slots();
    }

    /**
     * Tells whether a task that is committed to it now is expected to find a slot free within this time: one is, or its slots, which end {@code
     * slots / execution} tasks a second by Little's law, end as many as are before it and one more. No while its times are not known.
     */
    boolean hasSlotWithin(double nanos) {
        int toEnd = committing + staged.size() - free() + 1;
        return toEnd <= 0 || toEnd * executionNanos / facts.slots() <= nanos;
    }

    /** The share of its slots that is taken, or will be: the lower, the better a place. */
    double load() {
        return used() / (double) facts.slots();
    }

    /** Its slots that are taken, or will be: more than it has where tasks wait for them. */
    int used() {
        return busy.size() + usedByOthers + committing + staged.size();
    }

    /** Tells whether a task should rather come here, if nothing else decides. */
    boolean isLessLoadedThan(AgentQueue other) {
        double difference = load() - other.load();
        return difference < 0 || (difference == 0 && fullUntil < other.fullUntil);
    }

    /** The best of the ready queue whose payload is there, those first whose reserved slots are free; null if there is none. */
    @Nullable TrackedTask nextPrepared() {
        TrackedTask best = null;
        for (TrackedTask task : staged) {
            Preemption.Reservation reservation = task.reservation;
            if (task.isPrepared() && reservation != null && reservation.isFreed()) {
                return task;
            }
            best = best == null && task.isPrepared() ? task : best;
        }
        return best;
    }

    /** Its types, sorted and joined with a comma. */
    String classKey() {
        return String.join(",", new TreeSet<>(facts.accepts().types()));
    }

    /** Tells whether a committed task may wait here for a slot. */
    boolean isPlaceOf(TrackedTask task) {
        return connected && facts.ready() && mayHave(task) && (isTrusted() || task.trial);
    }

    /** Tells whether it may be given the task, whenever it has room. */
    boolean mayHave(TrackedTask task) {
        return facts.accepts().accepts(task.type(), task.tenant(), task.selector.required())
                && task.facts.mayCost(facts.costPerHourUsd());
    }

    boolean isTrusted() {
        return facts.trust() == Trust.CLOSED;
    }

    /** The agent takes nothing for a while. */
    void block(long until) {
        blockedUntil = until;
        isFull = false;
    }

    /** The agent refused, so it is fuller than it seemed; its next word, or an outcome, says more. */
    void full(long until) {
        blockedUntil = until;
        fullUntil = until;
        isFull = true;
    }

    /** A task that it had has ended. */
    void ended() {
        if (isFull) {
            unblock();
        }
    }

    void unblock() {
        blockedUntil = Long.MIN_VALUE;
        isFull = false;
    }

    void told(AgentEvent.Load load) {
        Integer limit = load.startLimit();
        startLimit = limit == null ? UNTOLD : limit;
        usedByOthers = limit == null ? Math.max(0, load.active() - busy.size()) : 0;
        unblock();
    }

    void disconnected() {
        connected = false;
        congested = false;
        startLimit = UNTOLD;
        usedByOthers = 0;
        demandTold = 0;
    }

    void executed(long nanos) {
        executionNanos = Double.isNaN(executionNanos) ? nanos : executionNanos + NEWEST * (nanos - executionNanos);
    }

    boolean toldLimit() {
        return startLimit != UNTOLD;
    }
}
