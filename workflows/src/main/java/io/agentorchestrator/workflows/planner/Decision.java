package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something the planner wants done. The workflow turns it into an activity or a timer and its result into an {@link Event}. */
public sealed interface Decision {

    /**
     * Dispatch these tasks as one batch; of those that were dispatched before, find out what has become of them.
     *
     * @param dependents waiting tasks whose open dependencies are all in this batch: it goes on with them as soon as they are released
     */
    record DispatchBatch(int batch, List<Integer> tasks, List<Integer> dependents, Priority priority)
            implements Decision {}

    /**
     * Record what follows from failures: tasks that have failed for good, dependents and others that will not run, and tasks
     * that return to the backlog for their next attempt.
     *
     * @param requeued go back to the backlog; the answer may release them at once
     */
    record Write(int number, List<Failure> failed, List<Cancellation> cancelled, List<Integer> requeued)
            implements Decision {}

    /** Wait before the task's next attempt. */
    record Backoff(int task, Duration delay) implements Decision {}

    /**
     * Tell the agents that run these tasks to stop; their batches or notices tell the outcomes.
     *
     * @param code what the errors of those that stop by it say
     * @param cause as {@link Cancellation#cause()}
     */
    record CancelAtAgents(
            List<Integer> tasks,
            String code,
            String reason,
            @Nullable Integer cause) implements Decision {}

    /** Every task has ended. */
    record Finish(RunStatus status) implements Decision {}

    record Failure(int task, int attempt, String errorCode) {}

    /**
     * A task that ends without (another) attempt.
     *
     * @param code what its error says, for instance UPSTREAM_FAILED
     * @param reason what its error's message says; behind the name of the task that is the cause, if one is
     * @param cause index of the task whose end is the cause: the planner knows no names
     */
    record Cancellation(
            int task, String code, String reason, @Nullable Integer cause) {
        /** Without a task whose end is the cause. */
        public Cancellation(int task, String code, String reason) {
            this(task, code, reason, null);
        }

        /** The same, with a message for people, which names the cause itself. */
        public Cancellation explained(String message) {
            return new Cancellation(task, code, message, null);
        }
    }
}
