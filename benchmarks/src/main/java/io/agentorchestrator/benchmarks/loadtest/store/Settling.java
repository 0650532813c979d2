package io.agentorchestrator.benchmarks.loadtest.store;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Follows acknowledged tasks to their ends in the store, cheaply: each task's end is read once, and what is open is asked for in
 * chunks, the oldest first. Whatever is cheap enough to be done while tasks are submitted, too. For one thread.
 */
public final class Settling {
    private static final int CHUNK = 5_000;
    private static final int CHUNKS_A_ROUND = 20;
    private static final int MOST_LIMITS = 5;

    private final LoadStore store;
    private final TaskLog log;
    private final Ends ends = new Ends();
    private int[] open = new int[CHUNK];
    private int openCount;
    private int taken;

    /** Told how far it is. */
    public interface Progress {
        /**
         * Told after each round.
         *
         * @param open how many tasks have not ended, as far as was read
         */
        void show(int open);
    }

    /** Follows the tasks of a log. */
    public Settling(LoadStore store, TaskLog log) {
        this.store = store;
        this.log = log;
    }

    /** What is known. */
    public Ends ends() {
        return ends;
    }

    /** How many tasks are not known to have ended. */
    public int open() {
        return openCount + log.size() - taken;
    }

    /** Reads the ends of some of the open tasks, the oldest ones first. */
    public void round() throws SQLException {
        take();
        int chunks = Math.min(CHUNKS_A_ROUND, (openCount + CHUNK - 1) / CHUNK);
        int kept = 0;
        int read = Math.min(openCount, chunks * CHUNK);
        for (int from = 0; from < read; from += CHUNK) {
            int to = Math.min(read, from + CHUNK);
            kept = readChunk(from, to, kept);
        }
        System.arraycopy(open, read, open, kept, openCount - read);
        openCount -= read - kept;
    }

    /** Reads open[from, to) and moves what is still open to open[kept…]; returns the new end of it. */
    private int readChunk(int from, int to, int kept) throws SQLException {
        UUID[] ids = new UUID[to - from];
        Map<UUID, Integer> places = HashMap.newHashMap(ids.length);
        for (int i = from; i < to; i++) {
            ids[i - from] = log.id(open[i]);
            places.put(ids[i - from], open[i]);
        }
        for (LoadStore.End end : store.ended(ids)) {
            Integer place = places.remove(end.id());
            if (place != null) {
                ends.add(place, end);
            }
        }
        int next = kept;
        for (int i = from; i < to; i++) {
            if (places.containsKey(ids[i - from])) {
                open[next++] = open[i];
            }
        }
        return next;
    }

    private void take() {
        int size = log.size();
        int fresh = size - taken;
        if (openCount + fresh > open.length) {
            open = Arrays.copyOf(open, Math.max(openCount + fresh, open.length + open.length / 2));
        }
        for (int index = taken; index < size; index++) {
            open[openCount++] = index;
        }
        taken = size;
    }

    /**
     * Waits until all have ended, or none has for as long as the limit says; in all no longer than {@value #MOST_LIMITS} times that. The
     * store may be away for a while.
     *
     * @return whether all have ended
     */
    public boolean await(Duration limit, Duration pause, Progress progress) throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        long patienceNanos = limit.toNanos();
        int least = open();
        while (true) {
            long waitedNanos = System.nanoTime() - begun;
            boolean late = waitedNanos > Math.min(patienceNanos, MOST_LIMITS * limit.toNanos());
            try {
                round();
            } catch (SQLException away) {
                if (late) {
                    throw away;
                }
                store.recover();
            }
            progress.show(open());
            if (open() == 0) {
                return true;
            }
            if (late) {
                return false;
            }
            if (open() < least) {
                least = open();
                patienceNanos = waitedNanos + limit.toNanos();
            }
            Thread.sleep(pause);
        }
    }
}
