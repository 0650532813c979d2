package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a table by id, batch by batch, lap after lap. A lap begins with what the one before kept first, so that it does not step
 * over what has been deleted; now and then from the very beginning, since a clock that is slow gives ids of the past. Not thread-safe.
 */
public final class Sweep {
    static final UUID FIRST = new UUID(0, 0);
    static final UUID LAST = new UUID(-1, -1);

    private static final int FULL_LAP_EVERY = 100;

    private final RetryingTransaction transaction;
    private final Batch batch;
    private UUID after = FIRST;
    private UUID lapFrom = FIRST;
    private @Nullable UUID firstKept;
    private boolean inFuture;
    private int laps;

    /** Deletes batches of this kind, each in a transaction. */
    Sweep(DataSource database, Batch batch) {
        this.transaction = new RetryingTransaction(database);
        this.batch = batch;
    }

    /**
     * Deletes a batch.
     *
     * @return whether the lap goes on
     */
    public boolean next(Cutoff cutoff) {
        SweepResult swept = transaction.execute(status -> batch.sweep(after, inFuture ? LAST : cutoff.below(), cutoff));
        if (!inFuture && firstKept == null) {
            firstKept = swept.firstKept();
        }
        UUID last = swept.last();
        if (last != null) {
            after = last;
        }
        if (swept.more()) {
            return true;
        }
        if (!inFuture) {
            beginLater(cutoff);
            return true;
        }
        endLap();
        return false;
    }

    /** Goes on to ids of the future, which are a range of their own: there is hardly ever one. */
    private void beginLater(Cutoff cutoff) {
        lapFrom = firstKept == null ? after : before(firstKept);
        inFuture = true;
        after = cutoff.future();
    }

    private void endLap() {
        laps++;
        after = laps % FULL_LAP_EVERY == 0 ? FIRST : lapFrom;
        firstKept = null;
        inFuture = false;
    }

    private static UUID before(UUID id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() - 1);
    }

    /** Looks at the rows that follow an id, and deletes what is to be deleted of them. */
    interface Batch {
        SweepResult sweep(UUID after, UUID below, Cutoff cutoff);
    }
}
