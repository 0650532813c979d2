package io.agentorchestrator.activities.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Keeps what goes wrong with one task from all others. A task on which a step throws is let go, as if this worker had begun anew: the next
 * batch, or the next look at what the store has this worker watch, goes on from its row. Confined to the {@link DispatchMachine}.
 */
final class TaskGuard {
    private final TaskLifecycle course;
    private final DispatchMachine.Listener listener;

    TaskGuard(TaskLifecycle course, DispatchMachine.Listener listener) {
        this.course = course;
        this.listener = listener;
    }

    /** Does a step for each of these. */
    void each(Collection<TrackedTask> tasks, Consumer<TrackedTask> step) {
        for (TrackedTask task : new ArrayList<>(tasks)) {
            with(task.id(), () -> step.accept(task));
        }
    }

    /** Does a step for a task, which need not be here yet. */
    void with(UUID taskId, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error unexpected) {
            listener.failed(unexpected);
            TrackedTask task = course.get(taskId);
            if (task != null) {
                run(() -> letGo(task));
            }
        }
    }

    /** Does a step that is of no task. */
    void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error unexpected) {
            listener.failed(unexpected);
        }
    }

    private void letGo(TrackedTask task) {
        course.remove(task);
        course.queues.removeWaiting(task);
        AgentQueue agent = course.endCommit(task);
        if (agent != null) {
            agent.staged.remove(task);
            agent.busy.remove(task);
        }
        task.endRecording();
        OpenBatch batch = task.batch;
        if (batch != null) {
            batch.letGo(task.index(), course.now());
        }
    }
}
