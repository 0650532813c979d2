package io.agentorchestrator.benchmarks.loadtest.outcome;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What every acknowledged task came to, by its place in the log. Thread-safe. */
public final class Ends {
    private static final int FIRST_CAPACITY = 1 << 14;

    private @Nullable Status[] statuses = new @Nullable Status[FIRST_CAPACITY];
    private long[] startedMicros = new long[FIRST_CAPACITY];
    private long[] endedMicros = new long[FIRST_CAPACITY];
    private byte[] attempts = new byte[FIRST_CAPACITY];
    private int ended;
    private int completed;

    /** How a task stands. */
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

    /** Remembers what a task came to. */
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

    /** How a task stands. */
    public synchronized Status status(int index) {
        Status status = index < statuses.length ? statuses[index] : null;
        return status == null ? Status.OPEN : status;
    }

    /** Whether it completed, and at its first attempt. */
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

    /** How many attempts it took. */
    public synchronized int attempts(int index) {
        return attempts[index];
    }

    /** How many have ended. */
    public synchronized int ended() {
        return ended;
    }

    /** How many have completed. */
    public synchronized int completed() {
        return completed;
    }
}
