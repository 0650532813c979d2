package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Follows acknowledged tasks to their ends, cheaply: while tasks of their types wait or run, only their number is asked for; then their
 * ends are read by pages, and those of a few by themselves. For one thread.
 */
public final class CompletionTracker {
    private static final int FIRST_CAPACITY = 1 << 14;
    /** Open tasks up to which each is read by itself. */
    private static final int FEW = 50;

    private static final int MOST_LIMITS = 5;

    private final TaskApi api;
    private final List<String> types;
    private final TaskLog log;
    private final Ends ends = new Ends();
    private int[] open = new int[FIRST_CAPACITY];
    private int openCount;
    private int taken;

    /** Hears of progress. */
    public interface ProgressLog {
        /**
         * Told after each round.
         *
         * @param open how many tasks have not ended, as far as was read
         */
        void show(int open);
    }

    /**
     * Follows the tasks of a log.
     *
     * @param types of all of them
     */
    public CompletionTracker(TaskApi api, List<String> types, TaskLog log) {
        this.api = api;
        this.types = List.copyOf(types);
        this.log = log;
    }

    /** The outcomes known so far. */
    public Ends ends() {
        return ends;
    }

    /** Counts the tasks that are not known to have ended. */
    public int open() {
        return openCount + log.size() - taken;
    }

    /** Reads the ends of the open tasks. */
    public void round() throws IOException, InterruptedException {
        take();
        if (openCount > FEW) {
            api.ended(types, oldest(), this::add);
        } else {
            for (int i = 0; i < openCount; i++) {
                api.task(log.id(open[i])).flatMap(TaskApi::end).ifPresent(this::add);
            }
        }
        int kept = 0;
        for (int i = 0; i < openCount; i++) {
            if (ends.status(open[i]) == Status.OPEN) {
                open[kept++] = open[i];
            }
        }
        openCount = kept;
    }

    private void add(TaskApi.End end) {
        int place = log.indexOf(end.id());
        if (place >= 0) {
            ends.add(place, end);
        }
    }

    private UUID oldest() {
        UUID oldest = log.id(open[0]);
        for (int i = 1; i < openCount; i++) {
            UUID next = log.id(open[i]);
            oldest = TaskApi.compareUnsigned(next, oldest) < 0 ? next : oldest;
        }
        return oldest;
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
     * API may be away for a while.
     *
     * @return whether all have ended
     */
    public boolean await(Duration limit, Duration pause, ProgressLog progress)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        long patienceNanos = limit.toNanos();
        int least = open();
        while (true) {
            long waitedNanos = System.nanoTime() - begun;
            boolean late = waitedNanos > Math.min(patienceNanos, MOST_LIMITS * limit.toNanos());
            int left = least;
            try {
                left = left(late);
            } catch (IOException away) {
                if (late) {
                    throw away;
                }
            }
            progress.show(left);
            if (left == 0) {
                return true;
            }
            if (late) {
                return false;
            }
            if (left < least) {
                least = left;
                patienceNanos = waitedNanos + limit.toNanos();
            }
            Thread.sleep(pause);
        }
    }

    /** Counts the tasks that have not ended; while tasks of the types wait or run, by their number alone. */
    private int left(boolean exactly) throws IOException, InterruptedException {
        long left = api.depth(types).open();
        if (left > 0 && !exactly) {
            return (int) Math.min(left, open());
        }
        round();
        return open();
    }
}
