package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The outcome of every acknowledged task, by its place in the log. Thread-safe. */
public final class Ends {
    private static final int FIRST_CAPACITY = 1 << 14;

    private @Nullable Status[] statuses = new @Nullable Status[FIRST_CAPACITY];
    private long[] startedMicros = new long[FIRST_CAPACITY];
    private long[] endedMicros = new long[FIRST_CAPACITY];
    private byte[] attempts = new byte[FIRST_CAPACITY];
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
        if (statuses[index] == null && end.status() == Status.COMPLETED) {
            completed++;
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

    /** When those ended that completed, microseconds of the epoch, in the order of the log. */
    public synchronized long[] completedMicros() {
        return IntStream.range(0, statuses.length)
                .filter(index -> statuses[index] == Status.COMPLETED)
                .mapToLong(index -> endedMicros[index])
                .toArray();
    }

    /** The number of tasks that completed from one moment until before another. */
    public long completed(Instant from, Instant to) {
        long first = TaskLog.micros(from);
        long last = TaskLog.micros(to);
        return Arrays.stream(completedMicros())
                .filter(ended -> ended >= first && ended < last)
                .count();
    }

    /** The number of tasks that have completed. */
    public synchronized int completed() {
        return completed;
    }
}
