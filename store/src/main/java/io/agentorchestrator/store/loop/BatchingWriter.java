package io.agentorchestrator.store.loop;

import io.agentorchestrator.store.transaction.StoreOutage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes one kind of thing to the store, in sets: whatever came while the last transaction was under way goes together into the next. What came
 * of a set is told by whoever writes it. One thing that the store refuses, or on which its writer fails by a mistake of ours, does not hold up
 * its neighbours: a set that cannot be written is halved until that one stands alone. Thread-safe.
 *
 * @param <T> a thing to write
 */
public final class BatchingWriter<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchingWriter.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofSeconds(2);
    private static final Duration AFTER_A_MISTAKE = Duration.ofSeconds(1);
    /** Nothing is overlooked meanwhile: what comes wakes a lane. */
    private static final Duration IDLE = Duration.ofMinutes(1);
    /** Attempts at one thing on which its writer fails by a mistake of ours, before it is refused. */
    private static final int MAX_TRIES = 3;

    private final Bounds<T> bounds;
    private final Gather gather;
    private final Writer<T> writer;
    private final StepGuard guard;
    private final WakeSignal wake = new WakeSignal();
    private final List<Lane> lanes;
    /** Guarded by itself, as the size is. */
    private final Deque<T> queue = new ArrayDeque<>();

    private Size waiting = Size.NONE;

    /** Starts one thread, which ends with {@link #close}; things wait without bound, and sets are bounded by their number. */
    public BatchingWriter(String name, Gather gather, int maxSet, Writer<T> writer) {
        this(
                name,
                1,
                new Bounds<>(thing -> Size.ONE, new Size(maxSet, 0), new Size(Long.MAX_VALUE, Long.MAX_VALUE)),
                gather,
                writer);
    }

    /**
     * Starts its threads, which end with {@link #close}.
     *
     * @param lanes transactions that may be under way at once, each on a thread of its own
     */
    public BatchingWriter(String name, int lanes, Bounds<T> bounds, Gather gather, Writer<T> writer) {
        this.bounds = bounds;
        this.gather = gather;
        this.writer = writer;
        this.guard = new StepGuard(LOG, name);
        this.lanes = IntStream.range(0, lanes)
                .mapToObj(number -> new Lane(lanes == 1 ? name : name + "-" + number))
                .toList();
        this.lanes.forEach(lane -> lane.loop.start());
    }

    /** Writes sets of things. */
    public interface Writer<T> {
        /**
         * Writes them all, or none.
         *
         * @throws DataIntegrityViolationException if the store refuses something in it
         */
        void write(List<T> set);

        /** This very thing is not written: the store refuses it, or its writer fails on it, or nobody waits for a store that is away. */
        void refused(T thing, Throwable why);

        /**
         * Decides what follows a failure. Unless said otherwise a store that is away is waited for, and a mistake of ours may pass.
         *
         * @param tries of this very set that failed one after the other, all because the store is away or none
         */
        default Reaction failed(List<T> set, Throwable why, int tries) {
            boolean mayPass = set.size() == 1 && !(why instanceof DataIntegrityViolationException) && tries < MAX_TRIES;
            return mayPass || StoreOutage.isOutage(why) ? Reaction.REPEAT : Reaction.HALVE;
        }
    }

    /** The fate of a set that could not be written. */
    public enum Reaction {
        /** It is tried again after a while. */
        REPEAT,
        /** Each half is tried by itself; a thing that stands alone is refused. */
        HALVE,
        /** All of it is refused. */
        REFUSE
    }

    /**
     * Time to gather before a transaction. Under load fewer and larger ones are worth a moment: a commit costs as much as a dozen rows.
     * At a lower rate nothing waits, nor does what follows a thing that came alone.
     *
     * @param fromPerSecond the rate from which on things are gathered; 0: always
     * @param duration between the beginnings of two transactions of one lane at least, then
     */
    public record Gather(double fromPerSecond, Duration duration) {
        public static final Gather NEVER = new Gather(Double.MAX_VALUE, Duration.ZERO);
    }

    /**
     * Bounds of one set, and of all that waits. Neither refuses a thing that is larger than all that is allowed, where it is alone.
     *
     * @param size of a thing
     */
    public record Bounds<T>(Function<T, Size> size, Size maxSet, Size maxWaiting) {}

    /** A number of things, and of their characters. */
    public record Size(long things, long characters) {
        static final Size NONE = new Size(0, 0);
        static final Size ONE = new Size(1, 0);

        Size plus(Size other) {
            return new Size(things + other.things, characters + other.characters);
        }

        Size minus(Size other) {
            return new Size(things - other.things, characters - other.characters);
        }

        boolean fits(Size max) {
            return things <= max.things && characters <= max.characters;
        }
    }

    /** Has something written unless too much waits already; returns whether it will be. */
    public boolean offer(T thing) {
        synchronized (queue) {
            Size with = waiting.plus(bounds.size().apply(thing));
            if (!queue.isEmpty() && !with.fits(bounds.maxWaiting())) {
                return false;
            }
            queue.add(thing);
            waiting = with;
        }
        wake.now();
        return true;
    }

    /** Has something written, however much waits. */
    public void add(T thing) {
        addAll(List.of(thing));
    }

    /** Has things written, however much waits. */
    public void addAll(List<T> things) {
        if (things.isEmpty()) {
            return; // and wakes nobody
        }
        synchronized (queue) {
            for (T thing : things) {
                queue.add(thing);
                waiting = waiting.plus(bounds.size().apply(thing));
            }
        }
        wake.now();
    }

    /** Takes something back; false if it is being written, or was. */
    public boolean remove(T thing) {
        synchronized (queue) {
            boolean removed = queue.remove(thing);
            if (removed) {
                waiting = waiting.minus(bounds.size().apply(thing));
            }
            return removed;
        }
    }

    /** Counts what waits. */
    public int waiting() {
        synchronized (queue) {
            return queue.size();
        }
    }

    @Override
    public void close() {
        lanes.forEach(lane -> lane.loop.stop());
    }

    /** As much as goes into one set; nothing if another lane was quicker. What is left is for another lane. */
    private List<T> take() {
        List<T> set = new ArrayList<>();
        synchronized (queue) {
            Size taken = Size.NONE;
            for (T next = queue.peek(); next != null; next = queue.peek()) {
                Size size = bounds.size().apply(next);
                taken = taken.plus(size);
                if (!set.isEmpty() && !taken.fits(bounds.maxSet())) {
                    wake.now();
                    break;
                }
                set.add(queue.remove());
                waiting = waiting.minus(size);
            }
        }
        return set;
    }

    /** One thread, and what it remembers of the sets that it wrote. */
    private final class Lane {
        private final PollLoop loop;
        private long begunNanos = System.nanoTime() - gather.duration().toNanos();
        private double perSecond;
        private int lastSize;
        private boolean away;

        Lane(String name) {
            this.loop = new PollLoop(name, AFTER_A_MISTAKE, wake, this::round);
        }

        private Duration round() throws InterruptedException {
            if (waiting() == 0) {
                return IDLE;
            }
            boolean gathers = gather.fromPerSecond() == 0 || (perSecond >= gather.fromPerSecond() && lastSize > 1);
            long left = gather.duration().toNanos() - (System.nanoTime() - begunNanos);
            if (gathers && left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            List<T> set = take();
            if (set.isEmpty()) {
                return IDLE;
            }
            lastSize = set.size();
            long now = System.nanoTime();
            measure(set.size(), now - begunNanos);
            begunNanos = now;
            writeUntilDone(set);
            return Duration.ZERO;
        }

        /** An exponentially weighted rate over about the last tenth of a second. */
        private void measure(int count, long sinceLastNanos) {
            double seconds = Math.max(1e-4, sinceLastNanos / 1e9);
            double weight = 1 - Math.exp(-seconds / 0.1);
            perSecond += weight * (count / seconds - perSecond);
        }

        private void writeUntilDone(List<T> set) throws InterruptedException {
            Deque<List<T>> left = new ArrayDeque<>(List.of(set));
            int tries = 0;
            while (!left.isEmpty() && loop.isRunning()) {
                List<T> next = left.removeFirst();
                try {
                    writer.write(next);
                    guard.done();
                    tries = 0;
                } catch (RuntimeException | Error failure) {
                    tries = failed(next, failure, tries, left);
                }
            }
        }

        /** Returns how many tries of the next set have failed. */
        private int failed(List<T> set, Throwable failure, int before, Deque<List<T>> left)
                throws InterruptedException {
            int tries = away == StoreOutage.isOutage(failure) ? before + 1 : 1;
            away = StoreOutage.isOutage(failure);
            if (!(failure instanceof DataIntegrityViolationException)) {
                guard.failed(failure); // what the store refuses is for its writer to say
            }
            Reaction reaction = writer.failed(set, failure, tries);
            if (reaction == Reaction.REPEAT) {
                left.addFirst(set);
                long millis = FIRST_RETRY.toMillis() << Math.min(tries - 1, 10);
                TimeUnit.MILLISECONDS.sleep(Math.min(millis, LAST_RETRY.toMillis()));
                return tries;
            }
            if (reaction == Reaction.HALVE && set.size() > 1) {
                int half = set.size() / 2;
                left.addFirst(set.subList(half, set.size()));
                left.addFirst(set.subList(0, half));
            } else {
                set.forEach(thing -> guard.run(() -> writer.refused(thing, failure)));
            }
            return 0;
        }
    }
}
