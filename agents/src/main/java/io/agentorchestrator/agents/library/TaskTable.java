package io.agentorchestrator.agents.library;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every hand-over that this agent holds, and what each message of a worker does to it. One lock guards it all; nothing
 * under it blocks (streams have outboxes, handlers have threads). Thread-safe.
 */
final class TaskTable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTable.class);

    private final Object lock = new Object();
    private final int maxConcurrentTasks;
    private final Set<String> types;
    private final Consumer<HandOver> executor;

    private final Map<TaskRef, HandOver> held = new HashMap<>();
    /** The latest epoch of each task that is held or whose thread still runs. */
    private final Map<String, HandOver> latest = new HashMap<>();
    /** The ended ones among the held, oldest first. */
    private final Map<TaskRef, HandOver> kept = new LinkedHashMap<>();

    private long keptBytes;
    private int occupiedSlots;
    /** Handlers that ignore that they were stopped and hold no slot any more; never more than there are slots. */
    private int abandonedHandlers;

    private boolean stopping;

    /**
     * An empty table.
     *
     * @param executor starts the handler of an accepted hand-over on a thread of its own, without blocking
     */
    TaskTable(int maxConcurrentTasks, Set<String> types, Consumer<HandOver> executor) {
        this.maxConcurrentTasks = maxConcurrentTasks;
        this.types = types;
        this.executor = executor;
    }

    int maxConcurrentTasks() {
        return maxConcurrentTasks;
    }

    int activeTasks() {
        synchronized (lock) {
            return occupiedSlots;
        }
    }

    void start(Start start, Session session) {
        TaskRef ref = start.getRef();
        synchronized (lock) {
            HandOver known = held.get(ref);
            if (known != null) {
                known.watchedBy(session, System.nanoTime());
                tellAgain(known);
                return;
            }
            HandOver earlier = latest.get(ref.getTaskId());
            if (earlier != null && earlier.ref.getEpoch() >= ref.getEpoch()) {
                Ending superseded = Ending.superseded(earlier.ref.getEpoch());
                session.send(Messages.error(ref, superseded, Usage.getDefaultInstance()));
                return;
            }
            if (earlier != null && !earlier.finished) {
                // Also when the new one is refused below: the orchestrator has given the old one up.
                stop(earlier, Ending.superseded(ref.getEpoch()));
            }
            admit(start, session, earlier != null && !earlier.finished ? earlier : null);
        }
    }

    private void admit(Start start, Session session, @Nullable HandOver predecessor) {
        TaskRef ref = start.getRef();
        if (stopping) {
            session.send(
                    Messages.refused(ref, RefusalReason.REFUSAL_REASON_SHUTTING_DOWN, "the agent is shutting down"));
            return;
        }
        if (!types.contains(start.getTaskType())) {
            session.send(Messages.refused(
                    ref,
                    RefusalReason.REFUSAL_REASON_UNKNOWN_TYPE,
                    "the agent does not serve " + Limits.truncate(start.getTaskType(), 200)));
            return;
        }
        boolean takesOver = predecessor != null && predecessor.ownsSlot;
        if (!takesOver && occupiedSlots >= maxConcurrentTasks) {
            session.send(Messages.refused(
                    ref, RefusalReason.REFUSAL_REASON_FULL, "all " + maxConcurrentTasks + " slots are taken"));
            return;
        }
        if (predecessor != null && takesOver) {
            predecessor.ownsSlot = false;
        } else {
            occupiedSlots++;
        }
        HandOver handOver = new HandOver(start, session, predecessor, System.nanoTime());
        held.put(ref, handOver);
        latest.put(ref.getTaskId(), handOver);
        session.send(Messages.accepted(ref));
        executor.accept(handOver);
    }

    void attach(List<TaskRef> refs, Session session) {
        synchronized (lock) {
            for (TaskRef ref : refs) {
                HandOver handOver = held.get(ref);
                if (handOver == null) {
                    session.send(Messages.unknown(ref));
                } else {
                    handOver.watchedBy(session, System.nanoTime());
                    tellAgain(handOver);
                }
            }
        }
    }

    /** All that a watcher who just arrived may have missed; only the latest of each kind counts. */
    private static void tellAgain(HandOver handOver) {
        Session watcher = handOver.watcher();
        FromAgent outcome = handOver.outcome;
        if (outcome == null) {
            watcher.send(Messages.accepted(handOver.ref));
        }
        if (handOver.lastCheckpoint != null) {
            watcher.send(handOver.lastCheckpoint);
        }
        if (outcome != null) {
            watcher.send(outcome);
            return;
        }
        if (handOver.lastProgress != null) {
            watcher.send(handOver.lastProgress);
        }
        if (!handOver.usage.equals(Usage.getDefaultInstance())) {
            watcher.send(FromAgent.newBuilder().setUsage(handOver.usage).build());
        }
    }

    void cancel(TaskRef ref, String reason, Session session) {
        synchronized (lock) {
            HandOver handOver = held.get(ref);
            if (handOver == null) {
                session.send(Messages.unknown(ref));
                return;
            }
            if (handOver.watcher().closed()) {
                handOver.watchedBy(session, System.nanoTime());
            }
            if (handOver.outcome != null) {
                session.send(handOver.outcome);
            } else {
                stop(handOver, Ending.cancelled(reason));
            }
        }
    }

    void acknowledge(List<TaskRef> refs) {
        synchronized (lock) {
            for (TaskRef ref : refs) {
                HandOver handOver = held.get(ref);
                if (handOver != null && !handOver.running()) {
                    forget(handOver);
                }
            }
            lock.notifyAll();
        }
    }

    /** The handler's thread is about to run it; false when it has to stop before it began. */
    boolean begin(HandOver handOver) {
        synchronized (lock) {
            handOver.predecessor = null;
            if (handOver.ending != null) {
                return false;
            }
            handOver.thread = Thread.currentThread();
            return true;
        }
    }

    /** Records what the handler brought about, unless it had been stopped, and tells the watcher. */
    void end(HandOver handOver, FromAgent outcome, int copies) {
        synchronized (lock) {
            handOver.thread = null;
            Ending ending = handOver.ending;
            if (ending == null) {
                conclude(handOver, outcome, copies);
            } else {
                conclude(handOver, Messages.error(handOver.ref, ending, handOver.usage), 1);
            }
        }
    }

    /** The handler's thread does nothing more: its slot is free, if it still was its own. */
    void finish(HandOver handOver) {
        synchronized (lock) {
            handOver.finished = true;
            if (handOver.ownsSlot) {
                handOver.ownsSlot = false;
                occupiedSlots--;
            }
            if (handOver.abandoned) {
                abandonedHandlers--;
            }
            if (!held.containsKey(handOver.ref)) {
                latest.remove(handOver.ref.getTaskId(), handOver);
            }
            handOver.threadEnded.countDown();
            lock.notifyAll();
        }
    }

    /** Progress, checkpoint or usage of a running task; nothing once it ended or has to. */
    void report(HandOver handOver, FromAgent report) {
        synchronized (lock) {
            if (!handOver.running() || handOver.ending != null) {
                return;
            }
            switch (report.getMessageCase()) {
                case CHECKPOINT -> handOver.lastCheckpoint = report;
                case PROGRESS -> handOver.lastProgress = report;
                case USAGE -> handOver.usage = report.getUsage();
                case WELCOME, ACCEPTED, REFUSED, UNKNOWN, RESULT, ERROR, LOAD, MESSAGE_NOT_SET ->
                    throw new IllegalArgumentException(report.getMessageCase() + " is no report");
            }
            handOver.watcher().send(report);
        }
    }

    /** Ends what is past its timeout or lease, and forgets outcomes that nobody asked for. Called every 100 ms. */
    void sweep() {
        synchronized (lock) {
            long now = System.nanoTime();
            List<HandOver> forgotten = new ArrayList<>();
            List<HandOver> ignoring = new ArrayList<>();
            for (HandOver handOver : held.values()) {
                if (!handOver.running()) {
                    if (handOver.leaseExpired(now)) {
                        forgotten.add(handOver);
                    }
                } else if (handOver.ending != null) {
                    if (now - handOver.endingNanos > Limits.CANCEL_GRACE.toNanos()) {
                        ignoring.add(handOver);
                    }
                } else if (handOver.timedOut(now)) {
                    stop(handOver, Ending.timeout(TimeUnit.NANOSECONDS.toMillis(handOver.timeoutNanos)));
                } else if (handOver.leaseExpired(now)) {
                    stop(handOver, Ending.leaseExpired(TimeUnit.NANOSECONDS.toMillis(handOver.leaseNanos)));
                }
            }
            forgotten.forEach(this::forget);
            ignoring.forEach(this::concludeWithoutItsHandler); // may forget others: not while going through the held
        }
    }

    /** Ends a task whose handler ignores that it was stopped. No thread can be killed, but its slot can be given back. */
    private void concludeWithoutItsHandler(HandOver handOver) {
        Ending ending = handOver.ending;
        if (ending == null) {
            throw new IllegalStateException("nobody stopped task " + handOver.ref.getTaskId());
        }
        conclude(handOver, Messages.error(handOver.ref, ending, handOver.usage), 1);
        if (handOver.ownsSlot && abandonedHandlers < maxConcurrentTasks) {
            handOver.ownsSlot = false;
            handOver.abandoned = true;
            occupiedSlots--;
            abandonedHandlers++;
            lock.notifyAll();
        }
        LOG.warn(
                "The handler of task {} ignores that it was stopped ({}); its slot {}",
                handOver.ref.getTaskId(),
                ending.code(),
                handOver.ownsSlot ? "stays taken: too many handlers do so" : "is given up");
    }

    void stopTaking() {
        synchronized (lock) {
            stopping = true;
        }
    }

    /** Waits until nothing runs; false if the bound passed first. */
    boolean awaitIdle(Duration bound) throws InterruptedException {
        return await(bound, false);
    }

    /** Waits until every outcome is acknowledged or forgotten; false if the bound passed first. */
    boolean awaitAcknowledged(Duration bound) throws InterruptedException {
        return await(bound, true);
    }

    private boolean await(Duration bound, boolean acknowledged) throws InterruptedException {
        long until = System.nanoTime() + bound.toNanos();
        synchronized (lock) {
            while (acknowledged ? !held.isEmpty() : occupiedSlots > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                lock.wait(left);
            }
            return true;
        }
    }

    void stopAll() {
        synchronized (lock) {
            held.values().stream().filter(HandOver::running).forEach(running -> stop(running, Ending.shutDown()));
        }
    }

    private static void stop(HandOver handOver, Ending ending) {
        if (!handOver.running() || handOver.ending != null) {
            return;
        }
        handOver.ending = ending;
        handOver.endingNanos = System.nanoTime();
        if (handOver.thread != null) {
            handOver.thread.interrupt();
        }
    }

    private void conclude(HandOver handOver, FromAgent outcome, int copies) {
        if (!handOver.running()) {
            return;
        }
        handOver.outcome = outcome;
        handOver.endedNanos = System.nanoTime();
        kept.put(handOver.ref, handOver);
        keptBytes += handOver.keptBytes();
        for (int copy = 0; copy < copies; copy++) {
            handOver.watcher().send(outcome);
        }
        while (kept.size() > Limits.KEPT_OUTCOMES || keptBytes > Limits.KEPT_BYTES) {
            HandOver oldest = kept.values().iterator().next();
            LOG.warn("Forgetting the outcome of {}: too many wait to be acknowledged", oldest.ref.getTaskId());
            forget(oldest);
        }
    }

    private void forget(HandOver handOver) {
        held.remove(handOver.ref);
        if (kept.remove(handOver.ref) != null) {
            keptBytes -= handOver.keptBytes();
        }
        if (handOver.finished) {
            latest.remove(handOver.ref.getTaskId(), handOver);
        }
        lock.notifyAll();
    }
}
