package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.LotTask;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The tasks that a lot takes along: held while they wait for others of the lot, let loose when they are granted. Confined to the session's thread. */
final class LotFollowing {
    /** Tasks taken along that are read before they are granted. */
    private static final int MAX_READ_AHEAD = 50;

    private final DispatchContext context;
    private final Lot lot;
    private final List<Integer> toLookAt = new ArrayList<>();

    LotFollowing(DispatchContext context, Lot lot) {
        this.context = context;
        this.lot = lot;
    }

    /** What was granted since this was asked last, to be begun; empty if there is nothing. */
    List<LotTask> loose() {
        Instant now = context.now();
        List<LotTask> tasks = new ArrayList<>();
        List<Integer> unread = new ArrayList<>();
        for (Lot.Held held : lot.takeLoose()) {
            LotTask task = held.task();
            if (task == null) {
                unread.add(held.index());
            } else {
                tasks.add(task.granted(now));
            }
        }
        if (!unread.isEmpty()) {
            tasks.addAll(context.lots().load(lot.run(), unread));
        }
        return tasks;
    }

    /** Sees what somebody else may have done to what is held. */
    void lookAgain() {
        lookAt(lot.held());
    }

    /**
     * The tasks that the lot begins with. Of those that it takes along, few are read with them, and need not be when they are granted; the
     * payloads of many would take much room. To be followed by {@link #takeAlong} once these have begun.
     */
    List<LotTask> first(List<Integer> tasks, List<Integer> following) {
        if (following.isEmpty() || following.size() > MAX_READ_AHEAD) {
            toLookAt.addAll(following);
            return context.lots().load(lot.run(), tasks);
        }
        Set<Integer> takenAlong = Set.copyOf(following);
        List<Integer> all = new ArrayList<>(tasks);
        all.addAll(following);
        List<LotTask> first = new ArrayList<>();
        for (LotTask task : context.lots().load(lot.run(), all)) {
            if (!takenAlong.contains(task.index())) {
                first.add(task);
            } else if (task.status() == TaskStatus.WAITING) {
                lot.hold(new Lot.Held(task.index(), task.deadline(), task));
            } else {
                toLookAt.add(task.index());
            }
        }
        return first;
    }

    /** Those of the tasks that it takes along which were not read, or have moved on. */
    void takeAlong() {
        lookAt(toLookAt);
        toLookAt.clear();
    }

    /** Tasks that wait for others of this lot are held; whatever else has become of them, others have done. */
    private void lookAt(Collection<Integer> following) {
        if (following.isEmpty()) {
            return;
        }
        Instant now = context.now();
        context.lots().states(lot.run(), following).forEach((index, state) -> {
            switch (state.status()) {
                case PENDING, WAITING -> lot.hold(new Lot.Held(index, state.deadline(), null));
                case QUEUED -> {
                    lot.letGo(index);
                    lot.notStarted(index, now);
                }
                case GRANTED, RUNNING -> lot.letLoose(index);
                case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                    lot.letGo(index);
                    lot.endedElsewhere(index, null, state, now);
                }
            }
        });
    }
}
