package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The tasks that a batch takes along: held while they wait for others of the batch, let loose when they are released. Confined to the session's thread. */
final class BatchFollowing {
    /** Tasks taken along that are read before they are released. */
    private static final int MAX_READ_AHEAD = 50;

    private final DispatchContext context;
    private final Batch batch;
    private final List<Integer> toLookAt = new ArrayList<>();

    BatchFollowing(DispatchContext context, Batch batch) {
        this.context = context;
        this.batch = batch;
    }

    /** What was released since this was asked last, to be begun; empty if there is nothing. */
    List<BatchTask> loose() {
        Instant now = context.now();
        List<BatchTask> tasks = new ArrayList<>();
        List<Integer> unread = new ArrayList<>();
        for (Batch.Held held : batch.takeLoose()) {
            BatchTask task = held.task();
            if (task == null) {
                unread.add(held.index());
            } else {
                tasks.add(task.released(now));
            }
        }
        if (!unread.isEmpty()) {
            tasks.addAll(context.batches().load(batch.run(), unread));
        }
        return tasks;
    }

    /** Sees what somebody else may have done to what is held. */
    void lookAgain() {
        lookAt(batch.held());
    }

    /**
     * The tasks that the batch begins with. Of those that it takes along, few are read with them, and need not be when they are released; the
     * payloads of many would take much room. To be followed by {@link #takeAlong} once these have begun.
     */
    List<BatchTask> first(List<Integer> tasks, List<Integer> following) {
        if (following.isEmpty() || following.size() > MAX_READ_AHEAD) {
            toLookAt.addAll(following);
            return context.batches().load(batch.run(), tasks);
        }
        Set<Integer> takenAlong = Set.copyOf(following);
        List<Integer> all = new ArrayList<>(tasks);
        all.addAll(following);
        List<BatchTask> first = new ArrayList<>();
        for (BatchTask task : context.batches().load(batch.run(), all)) {
            if (!takenAlong.contains(task.index())) {
                first.add(task);
            } else if (task.status() == TaskStatus.WAITING) {
                batch.hold(new Batch.Held(task.index(), task.deadline(), task));
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

    /** Tasks that wait for others of this batch are held; whatever else has become of them, others have done. */
    private void lookAt(Collection<Integer> following) {
        if (following.isEmpty()) {
            return;
        }
        Instant now = context.now();
        context.batches().states(batch.run(), following).forEach((index, state) -> {
            switch (state.status()) {
                case PENDING, WAITING -> batch.hold(new Batch.Held(index, state.deadline(), null));
                case QUEUED -> {
                    batch.letGo(index);
                    batch.notStarted(index, now);
                }
                case RELEASED, DISPATCHED, RUNNING -> batch.letLoose(index);
                case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                    batch.letGo(index);
                    batch.endedElsewhere(index, null, state, now);
                }
            }
        });
    }
}
