package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private final Slots slots;
    private final Set<String> types;
    private final Consumer<AcceptedDispatch> executor;

    private final HeldDispatches held = new HeldDispatches();
    private final Revocations revocations = new Revocations();
    private boolean stopping;

    /**
     * An empty table.
     *
     * @param executor starts the handler of an accepted dispatch on a thread of its own, without blocking
     */
    TaskTable(int maxConcurrentTasks, Set<String> types, Consumer<AcceptedDispatch> executor) {
        this.slots = new Slots(maxConcurrentTasks);
        this.types = types;
        this.executor = executor;
    }

    int maxConcurrentTasks() {
        return slots.max();
    }

    synchronized int activeTasks() {
        return slots.taken();
    }

    /** A worker has been welcomed on this stream. */
    synchronized void open(Session session) {
        slots.open(session);
        slots.tellGains();
    }

    /** Nothing reaches this stream any more; what was started on it goes on. */
    synchronized void close(Session session) {
        slots.close(session);
        slots.tellGains();
    }

    synchronized void demand(int waiting, Session session) {
        slots.demand(session, waiting);
        slots.tellGains();
    }

    synchronized void tellLoad(Session session) {
        slots.tell(session);
    }

    synchronized void start(Start start, Session session) {
        TaskRef ref = start.getRef();
        AcceptedDispatch known = held.find(ref);
        if (known != null) {
            slots.watch(known, session);
            known.tellAgain();
        } else {
            startNew(start, session, held.latest(ref.getTaskId()));
        }
        slots.tellGains();
    }

    private void startNew(Start start, Session session, @Nullable AcceptedDispatch other) {
        TaskRef ref = start.getRef();
        AcceptedDispatch sameOrLater = other != null && other.ref.getEpoch() >= ref.getEpoch() ? other : null;
        AcceptedDispatch predecessor = sameOrLater == null && other != null && !other.finished ? other : null;
        if (predecessor != null) {
            // Also when the new one is refused below: the orchestrator has given the old one up.
            predecessor.stop(StopReason.superseded(ref.getEpoch()));
        }
        if (revocations.cover(ref, System.nanoTime())) {
            session.send(Messages.refused(
                    ref, RefusalReason.REFUSAL_REASON_REVOKED, "asked for before it came, and said to be unknown"));
        } else if (sameOrLater != null) {
            StopReason superseded = StopReason.superseded(sameOrLater.ref.getEpoch());
            session.send(Messages.error(ref, superseded, Usage.getDefaultInstance()));
        } else {
            admit(start, session, predecessor);
        }
    }

    private void admit(Start start, Session session, @Nullable AcceptedDispatch predecessor) {
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
                    "the agent does not serve " + SdkLimits.truncate(start.getTaskType(), 200)));
            return;
        }
        AcceptedDispatch dispatch = new AcceptedDispatch(start, session, predecessor, System.nanoTime());
        if (!slots.take(dispatch, predecessor)) {
            session.send(Messages.refused(
                    ref, RefusalReason.REFUSAL_REASON_FULL, "all " + slots.max() + " slots are taken"));
            return;
        }
        held.add(dispatch);
        session.send(Messages.accepted(ref));
        executor.accept(dispatch);
    }

    synchronized void attach(List<TaskRef> refs, Session session) {
        for (TaskRef ref : refs) {
            AcceptedDispatch dispatch = held.find(ref);
            if (dispatch == null) {
                sayUnknown(ref, session);
            } else {
                slots.watch(dispatch, session);
                dispatch.tellAgain();
            }
        }
        slots.tellGains();
    }

    private void sayUnknown(TaskRef ref, Session session) {
        revocations.add(ref, System.nanoTime());
        session.send(Messages.unknown(ref));
    }

    synchronized void cancel(TaskRef ref, String reason, Session session) {
        toldOf(ref, session, dispatch -> dispatch.stop(StopReason.cancelled(reason)));
    }

    synchronized void preempt(TaskRef ref, Duration grace, Session session) {
        toldOf(ref, session, dispatch -> dispatch.preempt(grace, System.nanoTime()));
    }

    synchronized void onPreemption(AcceptedDispatch dispatch, Runnable listener) {
        dispatch.onPreemption(listener);
    }

    /** Has a running task told something; of any other a worker hears how it ended, or that it is unknown. */
    private void toldOf(TaskRef ref, Session session, Consumer<AcceptedDispatch> what) {
        AcceptedDispatch dispatch = held.find(ref);
        if (dispatch == null) {
            sayUnknown(ref, session);
            return;
        }
        if (dispatch.watcher().closed()) {
            slots.watch(dispatch, session);
        }
        if (dispatch.outcome != null) {
            session.send(dispatch.outcome);
        } else {
            what.accept(dispatch);
        }
        slots.tellGains();
    }

    synchronized void acknowledge(List<TaskRef> refs) {
        for (TaskRef ref : refs) {
            AcceptedDispatch dispatch = held.find(ref);
            if (dispatch != null && !dispatch.running()) {
                held.forget(dispatch);
            }
        }
        notifyAll();
    }

    /** The handler's thread is about to run it; false when it has to stop before it began. */
    synchronized boolean begin(AcceptedDispatch dispatch) {
        dispatch.predecessor = null;
        if (dispatch.ending != null) {
            return false;
        }
        dispatch.thread = Thread.currentThread();
        return true;
    }

    /**
     * Records what the handler brought about, unless it had been stopped, and tells the watcher. Its slot is free before that, and
     * the limits are told, so that a Start that answers the outcome finds it free, or knows that it is meant for another stream.
     */
    synchronized void end(AcceptedDispatch dispatch, FromAgent outcome, int copies) {
        dispatch.thread = null;
        slots.free(dispatch);
        slots.tellGains();
        StopReason ending = dispatch.ending;
        if (ending == null) {
            conclude(dispatch, outcome, copies);
        } else {
            conclude(dispatch, Messages.error(dispatch.ref, ending, dispatch.usage), 1);
        }
    }

    /** The handler's thread does nothing more. */
    synchronized void finish(AcceptedDispatch dispatch) {
        held.finish(dispatch);
        slots.finish(dispatch);
        slots.tellGains();
        dispatch.threadEnded.countDown();
        notifyAll();
    }

    /** Progress, checkpoint or usage of a running task; nothing once it ended or has to. */
    synchronized void report(AcceptedDispatch dispatch, FromAgent report) {
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

    /** Ends what is past its timeout or lease, forgets outcomes that nobody asked for, and tells the load. Called every 100 ms. */
    synchronized void sweep() {
        long now = System.nanoTime();
        List<AcceptedDispatch> forgotten = new ArrayList<>();
        List<AcceptedDispatch> ignoring = new ArrayList<>();
        for (AcceptedDispatch dispatch : held.all()) {
            if (!dispatch.running()) {
                if (dispatch.leaseExpired(now)) {
                    forgotten.add(dispatch);
                }
            } else if (dispatch.ending != null) {
                if (now - dispatch.endingNanos > SdkLimits.CANCEL_GRACE.toNanos()) {
                    ignoring.add(dispatch);
                }
            } else if (dispatch.timedOut(now)) {
                dispatch.stop(StopReason.timeout(TimeUnit.NANOSECONDS.toMillis(dispatch.timeoutNanos)));
            } else if (dispatch.leaseExpired(now)) {
                dispatch.stop(StopReason.leaseExpired(TimeUnit.NANOSECONDS.toMillis(dispatch.leaseNanos)));
            } else if (dispatch.graceIsOver(now)) {
                dispatch.stop(StopReason.preempted());
            }
        }
        forgotten.forEach(held::forget);
        ignoring.forEach(this::concludeWithoutItsHandler); // may forget others: not while going through the held
        revocations.expire(now);
        slots.tellChanges();
        notifyAll();
    }

    /** Ends a task whose handler ignores that it was stopped. No thread can be killed, but its slot can be given back. */
    private void concludeWithoutItsHandler(AcceptedDispatch dispatch) {
        StopReason ending = dispatch.ending;
        if (ending == null) {
            throw new IllegalStateException("nobody stopped task " + dispatch.ref.getTaskId());
        }
        slots.abandon(dispatch);
        slots.tellGains();
        conclude(dispatch, Messages.error(dispatch.ref, ending, dispatch.usage), 1);
        LOG.warn(
                "The handler of task {} ignores that it was stopped ({}); its slot {}",
                dispatch.ref.getTaskId(),
                ending.code(),
                dispatch.ownsSlot ? "stays taken: too many handlers do so" : "is given up");
    }

    synchronized void stopTaking() {
        stopping = true;
    }

    /** Waits until nothing runs; false if the bound passed first. */
    boolean awaitIdle(Duration bound) throws InterruptedException {
        return await(bound, false);
    }

    /** Waits until every outcome is acknowledged or forgotten; false if the bound passed first. */
    boolean awaitAcknowledged(Duration bound) throws InterruptedException {
        return await(bound, true);
    }

    private synchronized boolean await(Duration bound, boolean acknowledged) throws InterruptedException {
        long until = System.nanoTime() + bound.toNanos();
        while (acknowledged ? !held.isEmpty() : slots.taken() > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized void stopAll() {
        held.all().stream().filter(AcceptedDispatch::running).forEach(running -> running.stop(StopReason.shutDown()));
    }

    private void conclude(AcceptedDispatch dispatch, FromAgent outcome, int copies) {
        if (!dispatch.running()) {
            return;
        }
        dispatch.outcome = outcome;
        dispatch.endedNanos = System.nanoTime();
        for (int copy = 0; copy < copies; copy++) {
            dispatch.watcher().send(outcome);
        }
        held.keep(dispatch);
        notifyAll();
    }
}
