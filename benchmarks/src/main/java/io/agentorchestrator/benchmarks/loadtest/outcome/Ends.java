package io.agentorchestrator.benchmarks.loadtest.outcome;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The outcome of every acknowledged task, by its place in the log. Thread-safe. */
public final class Ends {
    private static final int FIRST_CAPACITY = 1 << 14;

    private @Nullable Status[] statuses = new @Nullable Status[FIRST_CAPACITY];
    private long[] startedMicros = new long[FIRST_CAPACITY];
    private long[] endedMicros = new long[FIRST_CAPACITY];
    private byte[] attempts = new byte[FIRST_CAPACITY];
    private int ended;
    private int completed;

    /** The status of a task. */
    public enum Status {
        /** Not ended, as far as was read. */
        OPEN,
        /** Done. */
        COMPLETED,
        /** Given up. */
        FAILED,
        /** Not to be done any more. */
        CANCELLED
    }

    /** Remembers the outcome of a task. */
    public synchronized void add(int index, TaskApi.End end) {
        if (index >= statuses.length) {
            int capacity = Math.max(index + 1, statuses.length + statuses.length / 2);
            statuses = Arrays.copyOf(statuses, capacity);
            startedMicros = Arrays.copyOf(startedMicros, capacity);
            endedMicros = Arrays.copyOf(endedMicros, capacity);
            attempts = Arrays.copyOf(attempts, capacity);
        }
        if (statuses[index] == null) {
            ended++;
            completed += end.status() == Status.COMPLETED ? 1 : 0;
        }
        statuses[index] = end.status();
        startedMicros[index] = end.startedMicros();
        endedMicros[index] = end.endedMicros();
        attempts[index] = (byte) Math.min(Byte.MAX_VALUE, end.attempts());
    }

    /** The status of a task as it was last read. */
    public synchronized Status status(int index) {
        Status status = index < statuses.length ? statuses[index] : null;
        return status == null ? Status.OPEN : status;
    }

    /** Tells whether it completed, and at its first attempt. */
    public synchronized boolean completedAtFirst(int index) {
        return status(index) == Status.COMPLETED && attempts[index] == 1;
    }

    /** A bound on the places of tasks that have ended. */
    synchronized int places() {
        return statuses.length;
    }

    /** When its first attempt began, microseconds of the epoch; 0 if it had none. */
    public synchronized long startedMicros(int index) {
        return startedMicros[index];
    }

    /** When it ended, microseconds of the epoch. */
    public synchronized long endedMicros(int index) {
        return endedMicros[index];
    }

    /** The number of attempts that it took, at most 127. */
    public synchronized int attempts(int index) {
        return attempts[index];
    }

    /** The number of tasks that have ended. */
    public synchronized int ended() {
        return ended;
    }

    /** The number of tasks that have completed. */
    public synchronized int completed() {
        return completed;
    }
}
