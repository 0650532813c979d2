package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.benchmarks.loadtest.workload.HalfDependent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Every acknowledged task, in the order of the acknowledgements: its id, when it was meant to be submitted, and how long the
 * acknowledgement took from then. Compact, for there are millions. Thread-safe.
 */
public final class TaskLog implements HalfDependent.Earlier {
    /** A bound on what one run may submit; its arrays take half a gigabyte then. */
    public static final int MAX_TASKS = 16_000_000;

    private static final int FIRST_CAPACITY = 1 << 14;
    private static final int RECENT = 1_000;

    private long[] ids = new long[2 * FIRST_CAPACITY];
    private long[] intendedMicros = new long[FIRST_CAPACITY];
    private int[] submissionMicros = new int[FIRST_CAPACITY];
    private int size;

    /** One task. */
    public record Logged(UUID id, long intendedMicros) {}

    /**
     * Adds the tasks of one acknowledged request.
     *
     * @param newIds two longs each
     * @param intended when the request was meant to be sent, microseconds of the epoch
     * @param latencyMicros from then to the acknowledgement; counted once for the request
     */
    public synchronized void add(long[] newIds, long intended, long latencyMicros) {
        int count = newIds.length / 2;
        if (size + count > MAX_TASKS) {
            throw new IllegalStateException("more than " + MAX_TASKS + " tasks in one run");
        }
        if (size + count > intendedMicros.length) {
            int capacity = Math.max(size + count, intendedMicros.length + intendedMicros.length / 2);
            ids = Arrays.copyOf(ids, 2 * capacity);
            intendedMicros = Arrays.copyOf(intendedMicros, capacity);
            submissionMicros = Arrays.copyOf(submissionMicros, capacity);
        }
        System.arraycopy(newIds, 0, ids, 2 * size, newIds.length);
        Arrays.fill(intendedMicros, size, size + count, intended);
        Arrays.fill(submissionMicros, size, size + count, -1);
        if (count > 0) {
            submissionMicros[size] = (int) Math.min(Integer.MAX_VALUE, latencyMicros);
        }
        size += count;
    }

    /** How many tasks were acknowledged. */
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

    /** How long its request took; -1 where another task stands for the same request. */
    public synchronized int submissionMicros(int index) {
        return submissionMicros[index];
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
