package io.agentorchestrator.activities.breaker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One agent's breaker as one worker knows it: what it last saw in the store, and what has happened here that is not yet there. Where
 * somebody else has changed the stored one meanwhile, what happened here is applied to theirs. Thread-safe; does no I/O.
 */
final class SharedBreaker {
    /** Events that are kept for the store while it is away; of more, the oldest go. */
    static final int MAX_PENDING = 256;

    private final Deque<Pending> pending = new ArrayDeque<>();
    private Breaker stored = Breaker.NONE;
    private long lastNumber;
    private @Nullable Attempt unanswered;
    private volatile Breaker view = Breaker.NONE;

    /** What this worker goes by. */
    Breaker view() {
        return view;
    }

    /** Takes an event in; the view has it at once. */
    synchronized void add(BreakerEvent event) {
        BreakerState next = view.state().on(event);
        boolean idle = next.equals(view.state());
        if (event instanceof BreakerEvent.TimePassed && idle) {
            return;
        }
        // One success after the other is the same as the last of them.
        boolean repeats = idle && event instanceof BreakerEvent.Succeeded;
        if (repeats && !pending.isEmpty() && pending.getLast().isIdleSuccess()) {
            pending.removeLast();
        }
        pending.addLast(new Pending(++lastNumber, event, idle));
        if (pending.size() > MAX_PENDING) {
            pending.removeFirst();
        }
        if (!idle) {
            view = new Breaker(next, Math.max(view.version() + 1, event.at().toEpochMilli()), "");
        }
    }

    /** Whether the store has yet to hear of something. */
    synchronized boolean isPending() {
        return !pending.isEmpty() || view.version() > stored.version();
    }

    synchronized int pendingEvents() {
        return pending.size();
    }

    /** Whether a write may have been done without our knowing; the store has to be read before the next one. */
    synchronized boolean isInDoubt() {
        return unanswered != null;
    }

    /** The write that would bring the store up to date. */
    synchronized Attempt attempt(String writer) {
        BreakerState next = replay();
        boolean changes = !next.equals(stored.state()) || view.version() > stored.version();
        long version = Math.max(stored.version() + 1, view.version());
        Attempt attempt = new Attempt(stored.version(), new Breaker(next, version, writer), lastNumber, changes);
        unanswered = changes ? attempt : null;
        return attempt;
    }

    /** The store has what the attempt wrote; or there was nothing to write, and nobody else has written. */
    synchronized void done(Attempt attempt) {
        unanswered = null;
        if (attempt.changes()) {
            stored = attempt.next();
        }
        while (!pending.isEmpty() && pending.getFirst().number() <= attempt.lastNumber()) {
            pending.removeFirst();
        }
        catchUp();
    }

    /** Takes over what the store has. */
    synchronized void adopt(Breaker found) {
        Attempt last = unanswered;
        if (last != null && found.writer().equals(last.next().writer())) {
            done(last); // the answer to our write was lost, not the write
            return;
        }
        unanswered = null;
        // A store that knows less than it did has lost it: we know it still.
        stored = found.version() < stored.version() ? new Breaker(stored.state(), found.version(), "") : found;
        catchUp();
    }

    private void catchUp() {
        BreakerState next = replay();
        long ahead = next.equals(stored.state()) ? 0 : 1;
        view = new Breaker(next, Math.max(view.version(), stored.version() + ahead), "");
    }

    private BreakerState replay() {
        BreakerState state = stored.state();
        for (Pending each : pending) {
            state = state.on(each.event());
        }
        return state;
    }

    /**
     * A write of everything that happened here up to an event.
     *
     * @param changes whether there is anything to write, or only to see that nobody else did
     */
    record Attempt(long expectedVersion, Breaker next, long lastNumber, boolean changes) {}

    /**
     * An event that the store has not heard of.
     *
     * @param idle whether it changed nothing here
     */
    private record Pending(long number, BreakerEvent event, boolean idle) {
        boolean isIdleSuccess() {
            return idle && event instanceof BreakerEvent.Succeeded;
        }
    }
}
