package io.agentorchestrator.sdk;

import com.google.protobuf.Duration;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.Usage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One dispatch of a task, from Accepted until it is forgotten. It is running until {@link #outcome} is set; its thread may
 * outlive that by ignoring an interrupt, so {@link #finished} is a fact of its own. Everything that changes is guarded by
 * the lock of its {@link TaskTable}.
 */
final class AcceptedDispatch {
    final TaskRef ref;
    final Start start;
    final long leaseNanos;
    final long timeoutNanos;
    final long acceptedNanos;
    /** Counted down when the handler's thread has ended: a later epoch of the task waits for it. */
    final CountDownLatch threadEnded = new CountDownLatch(1);

    private Session watcher;
    private long contactNanos;

    volatile @Nullable StopReason ending;
    long endingNanos;

    /** Until when its handler may go on, which is to make way for another task; null: it is not. */
    volatile @Nullable Long graceUntilNanos;

    private @Nullable Runnable onPreemption;

    @Nullable Thread thread;

    boolean finished;
    /** Until its handler has ended, a later epoch of the task took the slot over, or the thread was abandoned. */
    boolean ownsSlot;
    /** The thread ignored that it was stopped, and its slot was given back while it still runs. */
    boolean abandoned;

    @Nullable AcceptedDispatch predecessor;

    @Nullable FromAgent outcome;

    long endedNanos;

    @Nullable FromAgent lastCheckpoint;

    @Nullable FromAgent lastProgress;

    volatile Usage usage = Usage.getDefaultInstance();

    AcceptedDispatch(Start start, Session watcher, @Nullable AcceptedDispatch predecessor, long nowNanos) {
        this.ref = start.getRef();
        this.start = start;
        this.leaseNanos = nanos(start.hasLease(), start.getLease(), SdkLimits.LEASE_DEFAULT);
        this.timeoutNanos = nanos(start.hasTimeout(), start.getTimeout(), SdkLimits.TIMEOUT_DEFAULT);
        this.acceptedNanos = nowNanos;
        this.contactNanos = nowNanos;
        this.watcher = watcher;
        this.predecessor = predecessor;
    }

    void watchedBy(Session session, long nowNanos) {
        watcher = session;
        contactNanos = nowNanos;
    }

    Session watcher() {
        return watcher;
    }

    boolean running() {
        return outcome == null;
    }

    /** Tells its handler to stop, unless it has been told before. */
    void stop(StopReason reason) {
        if (!running() || ending != null) {
            return;
        }
        ending = reason;
        endingNanos = System.nanoTime();
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Tells its handler to make way within the grace, unless it has been told before. */
    void preempt(java.time.Duration grace, long nowNanos) {
        if (running() && ending == null && graceUntilNanos == null) {
            graceUntilNanos = nowNanos + grace.toNanos();
            tellPreemption();
        }
    }

    /** Has this run once it is to make way, instead of what was to run before. */
    void onPreemption(Runnable listener) {
        onPreemption = listener;
        tellPreemption();
    }

    private void tellPreemption() {
        if (graceUntilNanos != null && onPreemption != null) {
            Thread.ofVirtual().name("preemption").start(onPreemption);
            onPreemption = null;
        }
    }

    boolean graceIsOver(long nowNanos) {
        Long until = graceUntilNanos;
        return until != null && nowNanos - until > 0;
    }

    /** Tells all that a watcher who just arrived may have missed; only the latest of each kind counts. */
    void tellAgain() {
        if (outcome == null) {
            watcher.send(Messages.accepted(ref));
        }
        if (lastCheckpoint != null) {
            watcher.send(lastCheckpoint);
        }
        if (outcome != null) {
            watcher.send(outcome);
            return;
        }
        if (lastProgress != null) {
            watcher.send(lastProgress);
        }
        if (!usage.equals(Usage.getDefaultInstance())) {
            watcher.send(FromAgent.newBuilder().setUsage(usage).build());
        }
    }

    boolean leaseExpired(long nowNanos) {
        return nowNanos - lastContactNanos() > leaseNanos;
    }

    boolean timedOut(long nowNanos) {
        return nowNanos - acceptedNanos > timeoutNanos;
    }

    /** Bytes that it takes to keep an ended dispatch. */
    long keptBytes() {
        return sizeOf(outcome) + sizeOf(lastCheckpoint);
    }

    private long lastContactNanos() {
        long latest = later(contactNanos, watcher.contactNanos());
        return outcome == null ? latest : later(latest, endedNanos);
    }

    private static long later(long nanos, long other) {
        return other - nanos > 0 ? other : nanos;
    }

    private static long sizeOf(@Nullable FromAgent message) {
        return message == null ? 0 : message.getSerializedSize();
    }

    private static long nanos(boolean present, Duration duration, java.time.Duration absent) {
        if (!present || duration.getSeconds() < 0 || duration.getNanos() < 0) {
            return absent.toNanos();
        }
        long seconds = Math.min(duration.getSeconds(), SdkLimits.DURATION_MAX.toSeconds());
        return TimeUnit.SECONDS.toNanos(seconds) + duration.getNanos();
    }
}
