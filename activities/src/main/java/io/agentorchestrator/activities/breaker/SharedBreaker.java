package io.agentorchestrator.activities.breaker;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One agent's breaker as one worker knows it: what it last saw in the store, and what has happened here that is not yet there. What
 * happened here is applied to whatever the store has by then. Thread-safe; does no I/O.
 */
final class SharedBreaker {
    /** Events that are kept for the store while it is away; of more, the oldest go. */
    static final int MAX_PENDING = 256;

    private final Deque<Pending> pending = new ArrayDeque<>();
    private BreakerState stored = BreakerState.pristine();
    private long lastNumber;
    /** The write whose answer has not come, and the last event that is in it. */
    private String unanswered = "";

    private long unansweredNumber;
    private volatile BreakerState view = BreakerState.pristine();

    /** The state that this worker goes by. */
    BreakerState view() {
        return view;
    }

    /**
     * Takes an event in; the view has it at once.
     *
     * @return whether the view has changed by it
     */
    synchronized boolean add(BreakerEvent event) {
        BreakerState next = view.on(event);
        boolean idle = next.equals(view);
        if (event instanceof BreakerEvent.TimePassed && idle) {
            return false;
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
        view = next;
        return !idle;
    }

    /** Tells whether the store has yet to hear of something. */
    synchronized boolean isPending() {
        return !pending.isEmpty();
    }

    synchronized int pendingEvents() {
        return pending.size();
    }

    /**
     * Returns what the store is to have in place of what it has, with all that happened here applied. {@link #written} is to be called once it
     * has it.
     *
     * @param writer unique to this write
     */
    synchronized Breaker next(Breaker found, String writer) {
        forgetIfWritten(found);
        BreakerState next = replay(found.state());
        unanswered = writer;
        unansweredNumber = lastNumber;
        return next.equals(found.state()) ? found : new Breaker(next, writer);
    }

    /** Notes that the store has what {@link #next} returned last. */
    synchronized void written(Breaker now) {
        forget();
        adopt(now);
    }

    /** Takes over what the store has. Events that change nothing of it need not go there. */
    synchronized void adopt(Breaker found) {
        forgetIfWritten(found);
        stored = found.state();
        view = replay(stored);
        if (view.equals(stored)) {
            pending.clear();
        }
    }

    /** The answer to our write may have been lost, not the write. */
    private void forgetIfWritten(Breaker found) {
        if (!unanswered.isEmpty() && found.writer().equals(unanswered)) {
            forget();
        }
    }

    private void forget() {
        unanswered = "";
        while (!pending.isEmpty() && pending.getFirst().number() <= unansweredNumber) {
            pending.removeFirst();
        }
    }

    private BreakerState replay(BreakerState state) {
        for (Pending each : pending) {
            state = state.on(each.event());
        }
        return state;
    }

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
