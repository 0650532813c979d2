package io.agentorchestrator.worker.deadletter;

import io.agentorchestrator.store.deadletter.DeadLetter;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.store.deadletter.EntryId;
import io.agentorchestrator.store.deadletter.StreamState;
import io.agentorchestrator.worker.deadletter.DeadLetterDeliverer.Rhythm;
import io.agentorchestrator.worker.deadletter.DeadLetterStream.Extent;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the stream follow the store: what is new goes in, what is not open any more goes out, and a stream that lacks what it was given,
 * or has what it should not, is written anew. Only for the one deliverer; not thread-safe.
 */
final class StreamFollower {
    private static final Logger LOG = LoggerFactory.getLogger(StreamFollower.class);
    /** Entries in hand at once: as payloads go, 25 MiB at most. */
    static final int MAX_PAGE = 100;

    private static final int MAX_REMOVALS = 1_000;
    /** More only after an outage; the next round goes on. */
    private static final int MAX_PAGES = 200;

    private final DeadLetterDelivery store;
    private final DeadLetterStore letters;
    private final DeadLetterStream stream;
    private final DeadLetterMetrics metrics;
    private final Rhythm rhythm;
    private @Nullable Long comparedNanos;
    private @Nullable Long rebuiltNanos;

    StreamFollower(
            DeadLetterDelivery store,
            DeadLetterStore letters,
            DeadLetterStream stream,
            DeadLetterMetrics metrics,
            Rhythm rhythm) {
        this.store = store;
        this.letters = letters;
        this.stream = stream;
        this.metrics = metrics;
        this.rhythm = rhythm;
    }

    /**
     * Does what there is to do.
     *
     * @param mayContinue asked between pages; once false, the rest is left for the next deliverer
     * @throws io.lettuce.core.RedisException if Redis is away or refuses; what was not noted as done is done again
     */
    void follow(BooleanSupplier mayContinue) {
        if (store.isRebuildRequested()) {
            rebuild("somebody asked for it", mayContinue);
        }
        boolean allThere = add(mayContinue);
        boolean noneTooMany = remove(mayContinue);
        boolean isTime = comparedNanos == null
                || System.nanoTime() - comparedNanos >= rhythm.compareEvery().toNanos();
        if (allThere && noneTooMany && isTime && mayContinue.getAsBoolean()) {
            compare(mayContinue);
            comparedNanos = System.nanoTime();
        }
    }

    /** Lets go of the connection. Whoever comes next compares first: much may have happened to Redis meanwhile. */
    void letGo() {
        stream.disconnect();
        comparedNanos = null;
    }

    /** Adds the entries that the stream lacks; returns whether it has all that the store knew of. */
    private boolean add(BooleanSupplier mayContinue) {
        for (int page = 0; page < MAX_PAGES && mayContinue.getAsBoolean(); page++) {
            List<DeadLetter> undelivered = store.undelivered(MAX_PAGE);
            if (undelivered.isEmpty()) {
                return true;
            }
            List<EntryId> refused = stream.add(undelivered);
            // A worker that ended between writing and noting it leaves entries that are there.
            if (!refused.isEmpty() && !stream.hasAll(refused)) {
                if (!rebuildUnasked(
                        "it refuses " + refused.getFirst() + " as too small, and does not have it", mayContinue)) {
                    return false;
                }
            }
            store.delivered(undelivered.stream().map(DeadLetter::id).toList());
            metrics.delivered().increment(undelivered.size());
        }
        return false;
    }

    /** Removes the entries that are to leave the stream; returns whether all have left it. */
    private boolean remove(BooleanSupplier mayContinue) {
        for (int page = 0; page < MAX_PAGES && mayContinue.getAsBoolean(); page++) {
            List<EntryId> removals = store.removals(MAX_REMOVALS);
            if (removals.isEmpty()) {
                return true;
            }
            stream.remove(removals);
            store.removed(removals);
        }
        return false;
    }

    /**
     * Compares lengths and last ids. That suffices: an entry that the stream lacks although it is as long as it should be was added
     * after all that it has, and so its id is beyond the stream's last.
     */
    private void compare(BooleanSupplier mayContinue) {
        StreamState wanted = letters.streamState();
        if (!store.removals(1).isEmpty()) {
            return; // more left while we looked: the next round compares
        }
        Optional<Extent> extent = stream.extent();
        long length = extent.map(Extent::length).orElse(0L);
        EntryId last = extent.map(Extent::last).orElse(null);
        if (length < wanted.open() - wanted.undelivered()) {
            rebuildUnasked(
                    "it has " + length + " of " + (wanted.open() - wanted.undelivered()) + " entries", mayContinue);
        } else if (length > wanted.open()) {
            rebuildUnasked("it has " + length + " entries, and should have " + wanted.open(), mayContinue);
        } else if (!store.openAfter(last, 1).isEmpty()) {
            rebuildUnasked("it ends at " + last + ", before an entry that it was given", mayContinue);
        }
    }

    /** Writes the stream anew, unless that was just done and did not help; returns whether it was written. */
    private boolean rebuildUnasked(String why, BooleanSupplier mayContinue) {
        if (rebuiltNanos != null
                && System.nanoTime() - rebuiltNanos < rhythm.rebuildGap().toNanos()) {
            return false;
        }
        LOG.warn("the stream of dead letters in Redis is not what was written to it: {}", why);
        return rebuild(why, mayContinue);
    }

    private boolean rebuild(String why, BooleanSupplier mayContinue) {
        stream.beginReplacement();
        EntryId last = null;
        long entries = 0;
        List<DeadLetter> page = store.openAfter(null, MAX_PAGE);
        while (!page.isEmpty()) {
            if (!mayContinue.getAsBoolean()) {
                return false;
            }
            stream.addToReplacement(page);
            last = page.getLast().id();
            entries += page.size();
            page = store.openAfter(last, MAX_PAGE);
        }
        stream.finishReplacement(last == null);
        store.rebuilt();
        rebuiltNanos = System.nanoTime();
        metrics.rebuilds().increment();
        LOG.info("wrote the stream of dead letters anew, with {} entries, because {}", entries, why);
        return true;
    }
}
