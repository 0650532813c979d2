package io.agentorchestrator.sdk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one agent: which dispatch holds one, how many the tasks of each stream may hold at once ({@link SlotDivision}), and
 * what each stream was told of it. A limit is advice: a Start is refused only when no slot is free. Guarded by the lock of the
 * {@link TaskTable}; what is told leaves under it, so that what was sent last is what was counted last.
 */
final class Slots {
    /** Workers repeat every second that tasks wait: one that has not for this long stands still, and is not waited for. */
    private static final long DEMAND_EXPIRES_NANOS = Duration.ofSeconds(3).toNanos();
    /** A slot that a task was stopped for is kept so long for the stream that asked. */
    private static final long KEPT_NANOS = Duration.ofSeconds(2).toNanos();

    /** The part of the slots that one open stream has. Tasks of a closed one hold theirs, but it has no share in what is free. */
    private static final class StreamShare {
        int held;
        /**
         * Tasks that wait, as its worker last said; 0 if that was long ago. A worker says so whenever the number has doubled, halved, begun or
         * ceased, so it is right to within a factor of two. Starts are not taken off it, since mostly more wait than were said, and a stream that
         * seems to want nothing leaves slots idle.
         */
        int waiting;

        long saidAtNanos;
        /** Free slots that tasks gave up because this stream wants them. */
        int kept;

        long keptUntilNanos;

        int limit;
        int toldLimit = -1;
        int toldTaken = -1;

        boolean gains() {
            return limit > toldLimit && waiting > 0;
        }
    }

    private final int max;
    private final Map<Session, StreamShare> streams = new LinkedHashMap<>();
    private int taken;
    private int takenByStreams;
    /** Handlers that ignore that they were stopped and hold no slot any more; never more than there are slots. */
    private int abandonedHandlers;

    private boolean changed;

    Slots(int max) {
        this.max = max;
    }

    int max() {
        return max;
    }

    int taken() {
        return taken;
    }

    /** Gives the dispatch a slot, that of an earlier epoch of its task if that still has one; false: none is free. */
    boolean take(AcceptedDispatch dispatch, @Nullable AcceptedDispatch predecessor) {
        if (predecessor != null) {
            free(predecessor);
        }
        StreamShare own = streams.get(dispatch.watcher());
        int keptForOthers = streams.values().stream()
                .filter(other -> other != own)
                .mapToInt(other -> other.kept)
                .sum();
        if (taken + keptForOthers >= max) {
            return false;
        }
        dispatch.ownsSlot = true;
        taken++;
        StreamShare share = count(dispatch.watcher(), 1);
        if (share != null) {
            share.kept = Math.max(0, share.kept - 1);
        }
        if (share != null && streams.size() > available()) { // not enough for one each: the odd slots go round
            streams.remove(dispatch.watcher());
            streams.put(dispatch.watcher(), share);
        }
        return true;
    }

    /** Takes the slot back, if the dispatch still has one. */
    void free(AcceptedDispatch dispatch) {
        if (dispatch.ownsSlot) {
            dispatch.ownsSlot = false;
            taken--;
            StreamShare share = count(dispatch.watcher(), -1);
            if (share != null && dispatch.graceUntilNanos != null) {
                share.kept++;
                share.keptUntilNanos = System.nanoTime() + KEPT_NANOS;
            }
        }
    }

    /** Takes the slot back although the handler still runs, unless too many do so. */
    void abandon(AcceptedDispatch dispatch) {
        if (dispatch.ownsSlot && abandonedHandlers < max) {
            free(dispatch);
            dispatch.abandoned = true;
            abandonedHandlers++;
        }
    }

    /** The handler's thread has ended. */
    void finish(AcceptedDispatch dispatch) {
        free(dispatch);
        if (dispatch.abandoned) {
            abandonedHandlers--;
        }
    }

    /** From now on this stream hears of the dispatch, and its slot counts as this stream's. */
    void watch(AcceptedDispatch dispatch, Session session) {
        if (dispatch.ownsSlot) {
            count(dispatch.watcher(), -1);
            count(session, 1);
        }
        dispatch.watchedBy(session, System.nanoTime());
    }

    void open(Session session) {
        if (!session.closed()) {
            streams.put(session, new StreamShare());
            changed = true;
            divide();
            tell(session);
        }
    }

    void close(Session session) {
        StreamShare share = streams.remove(session);
        if (share != null) {
            takenByStreams -= share.held;
            changed = true;
        }
    }

    void demand(Session session, int waiting) {
        StreamShare share = streams.get(session);
        if (share != null) {
            changed |= share.waiting != Math.max(0, waiting);
            share.waiting = Math.max(0, waiting);
            share.saidAtNanos = System.nanoTime();
        }
    }

    /** Tells those whose tasks wait that they may have more, at once, and then also those who have to make room. */
    void tellGains() {
        divide();
        if (streams.values().stream().anyMatch(StreamShare::gains)) {
            tell(share -> share.gains() || share.limit < share.toldLimit);
        }
    }

    /** Tells every stream what has changed for it. Called every 100 ms. */
    void tellChanges() {
        long now = System.nanoTime();
        for (StreamShare share : streams.values()) {
            if (share.waiting > 0 && now - share.saidAtNanos > DEMAND_EXPIRES_NANOS) {
                share.waiting = 0;
                changed = true;
            }
            if (share.kept > 0 && now - share.keptUntilNanos > 0) {
                share.kept = 0;
                changed = true;
            }
        }
        divide();
        tell(share -> share.limit != share.toldLimit || taken != share.toldTaken);
    }

    void tell(Session session) {
        StreamShare share = streams.get(session);
        if (share != null) {
            divide();
            share.toldLimit = share.limit;
            share.toldTaken = taken;
            session.send(Messages.load(max, taken, share.limit));
        }
    }

    /** A stream that cannot take another message closes while it is told, so the streams are not gone through meanwhile. */
    private void tell(Predicate<StreamShare> due) {
        List<Session> sessions = new ArrayList<>();
        streams.forEach((session, share) -> {
            if (due.test(share)) {
                sessions.add(session);
            }
        });
        sessions.forEach(this::tell);
    }

    private void divide() {
        if (!changed) {
            return;
        }
        changed = false;
        int available = available();
        if (streams.size() == 1) {
            streams.values().iterator().next().limit = available;
            return;
        }
        List<SlotDivision.Need> needs = streams.values().stream()
                .map(share -> new SlotDivision.Need(share.held + share.kept, Math.max(0, share.waiting - share.kept)))
                .toList();
        int[] limits = SlotDivision.limits(available, needs);
        int i = 0;
        for (StreamShare share : streams.values()) {
            int limit = limits[i++];
            share.limit = share.kept == 0 ? limit : Math.max(limit, share.held + share.kept);
        }
    }

    /** The slots that the open streams have between them. */
    private int available() {
        return max - (taken - takenByStreams);
    }

    private @Nullable StreamShare count(Session session, int slots) {
        changed = true;
        StreamShare share = streams.get(session);
        if (share != null) {
            share.held += slots;
            takenByStreams += slots;
        }
        return share;
    }
}
