package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;

/**
 * Follows acknowledged tasks to their ends, cheaply: while tasks of their types wait or run, only their number is asked for; then their
 * ends are read by pages, and those of a few by themselves, and noted in the log. For one thread.
 */
public final class CompletionTracker {
    /** Open tasks up to which each is read by itself. */
    private static final int FEW = 50;

    private static final int MOST_LIMITS = 5;

    private final TaskApi api;
    private final List<String> types;
    private final TaskLog log;
    /** The places in the log of tasks that have not ended, of the first that were taken. */
    private final BitSet open = new BitSet();

    private int taken;

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

    /** Counts the tasks that are not known to have ended. */
    public int open() {
        return open.cardinality() + log.size() - taken;
    }

    /** Reads the ends of the open tasks. */
    public void round() throws IOException, InterruptedException {
        int size = log.size();
        open.set(taken, size);
        taken = size;
        if (open.cardinality() > FEW) {
            UUID oldest = open.stream()
                    .mapToObj(log::id)
                    .min(TaskApi::compareUnsigned)
                    .orElseThrow();
            api.ended(types, oldest, this::add);
        } else {
            for (int place : open.stream().toArray()) {
                UUID id = log.id(place);
                api.task(id).flatMap(TaskApi::end).ifPresent(end -> add(id, end));
            }
        }
    }

    private void add(UUID id, TaskLog.End end) {
        int place = log.indexOf(id);
        if (place >= 0) {
            log.end(place, end);
            open.clear(place);
        }
    }

    /**
     * Waits until all have ended, or none has for as long as the limit says; in all no longer than {@value #MOST_LIMITS} times that. The
     * API may be away for a while.
     *
     * @param progress told after each round how many have not ended, as far as was read
     * @return whether all have ended
     */
    public boolean await(Duration limit, Duration pause, IntConsumer progress)
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
            progress.accept(left);
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
