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
 * Every dispatch that this agent holds, and what each message of a worker does to it. One lock guards it all; nothing
 * under it blocks (streams have outboxes, handlers have threads). Thread-safe.
 */
final class TaskTable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTable.class);

    private final Object lock = new Object();
    private final int maxConcurrentTasks;
    private final Set<String> types;
    private final Consumer<Dispatch> executor;

    private final Map<TaskRef, Dispatch> held = new HashMap<>();
    /** The latest epoch of each task that is held or whose thread still runs. */
    private final Map<String, Dispatch> latest = new HashMap<>();
    /** The ended ones among the held, oldest first. */
    private final Map<TaskRef, Dispatch> kept = new LinkedHashMap<>();

    private long keptBytes;
    private int occupiedSlots;
    /** Handlers that ignore that they were stopped and hold no slot any more; never more than there are slots. */
    private int abandonedHandlers;

    private boolean stopping;

    /**
     * An empty table.
     *
     * @param executor starts the handler of an accepted dispatch on a thread of its own, without blocking
     */
    TaskTable(int maxConcurrentTasks, Set<String> types, Consumer<Dispatch> executor) {
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
            Dispatch known = held.get(ref);
            if (known != null) {
                known.watchedBy(session, System.nanoTime());
                tellAgain(known);
                return;
            }
            Dispatch earlier = latest.get(ref.getTaskId());
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

    private void admit(Start start, Session session, @Nullable Dispatch predecessor) {
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
        Dispatch dispatch = new Dispatch(start, session, predecessor, System.nanoTime());
        held.put(ref, dispatch);
        latest.put(ref.getTaskId(), dispatch);
        session.send(Messages.accepted(ref));
        executor.accept(dispatch);
    }

    void attach(List<TaskRef> refs, Session session) {
        synchronized (lock) {
            for (TaskRef ref : refs) {
                Dispatch dispatch = held.get(ref);
                if (dispatch == null) {
                    session.send(Messages.unknown(ref));
                } else {
                    dispatch.watchedBy(session, System.nanoTime());
                    tellAgain(dispatch);
                }
            }
        }
    }

    /** All that a watcher who just arrived may have missed; only the latest of each kind counts. */
    private static void tellAgain(Dispatch dispatch) {
        Session watcher = dispatch.watcher();
        FromAgent outcome = dispatch.outcome;
        if (outcome == null) {
            watcher.send(Messages.accepted(dispatch.ref));
        }
        if (dispatch.lastCheckpoint != null) {
            watcher.send(dispatch.lastCheckpoint);
        }
        if (outcome != null) {
            watcher.send(outcome);
            return;
        }
        if (dispatch.lastProgress != null) {
            watcher.send(dispatch.lastProgress);
        }
        if (!dispatch.usage.equals(Usage.getDefaultInstance())) {
            watcher.send(FromAgent.newBuilder().setUsage(dispatch.usage).build());
        }
    }

    void cancel(TaskRef ref, String reason, Session session) {
        synchronized (lock) {
            Dispatch dispatch = held.get(ref);
            if (dispatch == null) {
                session.send(Messages.unknown(ref));
                return;
            }
            if (dispatch.watcher().closed()) {
                dispatch.watchedBy(session, System.nanoTime());
            }
            if (dispatch.outcome != null) {
                session.send(dispatch.outcome);
            } else {
                stop(dispatch, Ending.cancelled(reason));
            }
        }
    }

    void acknowledge(List<TaskRef> refs) {
        synchronized (lock) {
            for (TaskRef ref : refs) {
                Dispatch dispatch = held.get(ref);
                if (dispatch != null && !dispatch.running()) {
                    forget(dispatch);
                }
            }
            lock.notifyAll();
        }
    }

    /** The handler's thread is about to run it; false when it has to stop before it began. */
    boolean begin(Dispatch dispatch) {
        synchronized (lock) {
            dispatch.predecessor = null;
            if (dispatch.ending != null) {
                return false;
            }
            dispatch.thread = Thread.currentThread();
            return true;
        }
    }

    /** Records what the handler brought about, unless it had been stopped, and tells the watcher. */
    void end(Dispatch dispatch, FromAgent outcome, int copies) {
        synchronized (lock) {
            dispatch.thread = null;
            Ending ending = dispatch.ending;
            if (ending == null) {
                conclude(dispatch, outcome, copies);
            } else {
                conclude(dispatch, Messages.error(dispatch.ref, ending, dispatch.usage), 1);
            }
        }
    }

    /** The handler's thread does nothing more: its slot is free, if it still was its own. */
    void finish(Dispatch dispatch) {
        synchronized (lock) {
            dispatch.finished = true;
            if (dispatch.ownsSlot) {
                dispatch.ownsSlot = false;
                occupiedSlots--;
            }
            if (dispatch.abandoned) {
                abandonedHandlers--;
            }
            if (!held.containsKey(dispatch.ref)) {
                latest.remove(dispatch.ref.getTaskId(), dispatch);
            }
            dispatch.threadEnded.countDown();
            lock.notifyAll();
        }
    }

    /** Progress, checkpoint or usage of a running task; nothing once it ended or has to. */
    void report(Dispatch dispatch, FromAgent report) {
        synchronized (lock) {
            if (!dispatch.running() || dispatch.ending != null) {
                return;
            }
            switch (report.getMessageCase()) {
                case CHECKPOINT -> dispatch.lastCheckpoint = report;
                case PROGRESS -> dispatch.lastProgress = report;
                case USAGE -> dispatch.usage = report.getUsage();
                case WELCOME, ACCEPTED, REFUSED, UNKNOWN, RESULT, ERROR, LOAD, MESSAGE_NOT_SET ->
                    throw new IllegalArgumentException(report.getMessageCase() + " is no report");
            }
            dispatch.watcher().send(report);
        }
    }

    /** Ends what is past its timeout or lease, and forgets outcomes that nobody asked for. Called every 100 ms. */
    void sweep() {
        synchronized (lock) {
            long now = System.nanoTime();
            List<Dispatch> forgotten = new ArrayList<>();
            List<Dispatch> ignoring = new ArrayList<>();
            for (Dispatch dispatch : held.values()) {
                if (!dispatch.running()) {
                    if (dispatch.leaseExpired(now)) {
                        forgotten.add(dispatch);
                    }
                } else if (dispatch.ending != null) {
                    if (now - dispatch.endingNanos > Limits.CANCEL_GRACE.toNanos()) {
                        ignoring.add(dispatch);
                    }
                } else if (dispatch.timedOut(now)) {
                    stop(dispatch, Ending.timeout(TimeUnit.NANOSECONDS.toMillis(dispatch.timeoutNanos)));
                } else if (dispatch.leaseExpired(now)) {
                    stop(dispatch, Ending.leaseExpired(TimeUnit.NANOSECONDS.toMillis(dispatch.leaseNanos)));
                }
            }
            forgotten.forEach(this::forget);
            ignoring.forEach(this::concludeWithoutItsHandler); // may forget others: not while going through the held
        }
    }

    /** Ends a task whose handler ignores that it was stopped. No thread can be killed, but its slot can be given back. */
    private void concludeWithoutItsHandler(Dispatch dispatch) {
        Ending ending = dispatch.ending;
        if (ending == null) {
            throw new IllegalStateException("nobody stopped task " + dispatch.ref.getTaskId());
        }
        conclude(dispatch, Messages.error(dispatch.ref, ending, dispatch.usage), 1);
        if (dispatch.ownsSlot && abandonedHandlers < maxConcurrentTasks) {
            dispatch.ownsSlot = false;
            dispatch.abandoned = true;
            occupiedSlots--;
            abandonedHandlers++;
            lock.notifyAll();
        }
        LOG.warn(
                "The handler of task {} ignores that it was stopped ({}); its slot {}",
                dispatch.ref.getTaskId(),
                ending.code(),
                dispatch.ownsSlot ? "stays taken: too many handlers do so" : "is given up");
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
            held.values().stream().filter(Dispatch::running).forEach(running -> stop(running, Ending.shutDown()));
        }
    }

    private static void stop(Dispatch dispatch, Ending ending) {
        if (!dispatch.running() || dispatch.ending != null) {
            return;
        }
        dispatch.ending = ending;
        dispatch.endingNanos = System.nanoTime();
        if (dispatch.thread != null) {
            dispatch.thread.interrupt();
        }
    }

    private void conclude(Dispatch dispatch, FromAgent outcome, int copies) {
        if (!dispatch.running()) {
            return;
        }
        dispatch.outcome = outcome;
        dispatch.endedNanos = System.nanoTime();
        kept.put(dispatch.ref, dispatch);
        keptBytes += dispatch.keptBytes();
        for (int copy = 0; copy < copies; copy++) {
            dispatch.watcher().send(outcome);
        }
        while (kept.size() > Limits.KEPT_OUTCOMES || keptBytes > Limits.KEPT_BYTES) {
            Dispatch oldest = kept.values().iterator().next();
            LOG.warn("Forgetting the outcome of {}: too many wait to be acknowledged", oldest.ref.getTaskId());
            forget(oldest);
        }
    }

    private void forget(Dispatch dispatch) {
        held.remove(dispatch.ref);
        if (kept.remove(dispatch.ref) != null) {
            keptBytes -= dispatch.keptBytes();
        }
        if (dispatch.finished) {
            latest.remove(dispatch.ref.getTaskId(), dispatch);
        }
        lock.notifyAll();
    }
}
