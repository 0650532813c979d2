package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.benchmarks.loadtest.workload.HalfDependent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Every acknowledged task, in the order of the acknowledgements: its id, when it was meant to be submitted, how long the
 * acknowledgement took from then, and what became of it. Compact, for there are millions. Thread-safe.
 */
public final class TaskLog implements HalfDependent.Earlier {
    /** A bound on what one run may submit; its arrays take a gigabyte then. */
    public static final int MAX_TASKS = 16_000_000;

    private static final int FIRST_CAPACITY = 1 << 14;
    private static final int RECENT = 1_000;

    private long[] ids = new long[2 * FIRST_CAPACITY];
    private long[] intendedMicros = new long[FIRST_CAPACITY];
    private int[] submissionMicros = new int[FIRST_CAPACITY];
    private Status[] statuses = new Status[FIRST_CAPACITY];
    private long[] startedMicros = new long[FIRST_CAPACITY];
    private long[] endedMicros = new long[FIRST_CAPACITY];
    private byte[] attempts = new byte[FIRST_CAPACITY];
    private int size;
    /** Places by id: a hash table of open addressing, each entry a place and one, 0 where there is none. */
    private int[] places = new int[4 * FIRST_CAPACITY];

    /** The status of a task, as it was last read. */
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

    /**
     * The outcome of an ended task; microseconds of the epoch.
     *
     * @param startedMicros of its first attempt; 0 if it had none
     */
    public record End(Status status, long startedMicros, long endedMicros, int attempts) {}

    /** Microseconds of the epoch. */
    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /**
     * Adds the tasks of one acknowledged request.
     *
     * @param intended when the request was meant to be sent, microseconds of the epoch
     * @param latencyMicros from then to the acknowledgement; counted once for the request
     */
    public synchronized void add(List<UUID> newIds, long intended, long latencyMicros) {
        int count = newIds.size();
        if (size + count > MAX_TASKS) {
            throw new IllegalStateException("more than " + MAX_TASKS + " tasks in one run");
        }
        if (size + count > intendedMicros.length) {
            int capacity = Math.max(size + count, intendedMicros.length + intendedMicros.length / 2);
            ids = Arrays.copyOf(ids, 2 * capacity);
            intendedMicros = Arrays.copyOf(intendedMicros, capacity);
            submissionMicros = Arrays.copyOf(submissionMicros, capacity);
            statuses = Arrays.copyOf(statuses, capacity);
            startedMicros = Arrays.copyOf(startedMicros, capacity);
            endedMicros = Arrays.copyOf(endedMicros, capacity);
            attempts = Arrays.copyOf(attempts, capacity);
        }
        Arrays.fill(intendedMicros, size, size + count, intended);
        Arrays.fill(submissionMicros, size, size + count, -1);
        Arrays.fill(statuses, size, size + count, Status.OPEN);
        if (count > 0) {
            submissionMicros[size] = (int) Math.min(Integer.MAX_VALUE, latencyMicros);
        }
        for (UUID id : newIds) {
            ids[2 * size] = id.getMostSignificantBits();
            ids[2 * size + 1] = id.getLeastSignificantBits();
            size++;
        }
        if (2 * size > places.length) {
            places = new int[4 * size];
            remember(0);
        } else {
            remember(size - count);
        }
    }

    private void remember(int from) {
        for (int index = from; index < size; index++) {
            int at = hash(ids[2 * index], ids[2 * index + 1]);
            while (places[at] != 0) {
                at = at + 1 == places.length ? 0 : at + 1;
            }
            places[at] = index + 1;
        }
    }

    private int hash(long most, long least) {
        // The low half of an id is random; whatever is not is mixed in.
        return Math.floorMod(((most ^ least) * 0x9E3779B97F4A7C15L) >>> 17, places.length);
    }

    /** The place of a task; -1 where it is none of these. */
    public synchronized int indexOf(UUID id) {
        long most = id.getMostSignificantBits();
        long least = id.getLeastSignificantBits();
        int at = hash(most, least);
        for (; places[at] != 0; at = at + 1 == places.length ? 0 : at + 1) {
            int index = places[at] - 1;
            if (ids[2 * index] == most && ids[2 * index + 1] == least) {
                return index;
            }
        }
        return -1;
    }

    /** The number of tasks that were acknowledged. */
    public synchronized int size() {
        return size;
    }

    /** A task's id. */
    public synchronized UUID id(int index) {
        return new UUID(ids[2 * index], ids[2 * index + 1]);
    }

    /** When a task was meant to be submitted, microseconds of the epoch. */
    public synchronized long intendedMicros(int index) {
        return intendedMicros[index];
    }

    /** Time that its request took; -1 where another task stands for the same request. */
    public synchronized int submissionMicros(int index) {
        return submissionMicros[index];
    }

    /** Remembers the outcome of a task. */
    public synchronized void end(int index, End end) {
        statuses[index] = end.status();
        startedMicros[index] = end.startedMicros();
        endedMicros[index] = end.endedMicros();
        attempts[index] = (byte) Math.min(Byte.MAX_VALUE, end.attempts());
    }

    /** The status of a task as it was last read. */
    public synchronized Status status(int index) {
        return statuses[index];
    }

    /** Tells whether it completed, and at its first attempt. */
    public synchronized boolean completedAtFirst(int index) {
        return statuses[index] == Status.COMPLETED && attempts[index] == 1;
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
        return IntStream.range(0, size)
                .filter(index -> statuses[index] == Status.COMPLETED)
                .mapToLong(index -> endedMicros[index])
                .toArray();
    }

    /** The number of tasks that completed from one moment until before another. */
    public long completed(Instant from, Instant to) {
        return count(Arrays.stream(completedMicros()), from, to);
    }

    /** The number of tasks that were due from one moment until before another. */
    public synchronized long due(Instant from, Instant to) {
        return count(Arrays.stream(intendedMicros, 0, size), from, to);
    }

    private static long count(LongStream micros, Instant from, Instant to) {
        long first = micros(from);
        long last = micros(to);
        return micros.filter(each -> each >= first && each < last).count();
    }

    @Override
    public synchronized List<UUID> pick(int most, SplittableRandom random) {
        int reach = Math.min(size, RECENT);
        int count = Math.min(most, reach);
        List<UUID> picked = new ArrayList<>(count);
        if (count == 0) {
            return picked;
        }
        int start = random.nextInt(reach);
        for (int i = 0; i < count; i++) {
            picked.add(id(size - 1 - (start + i) % reach));
        }
        return picked;
    }
}
