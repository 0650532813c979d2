package io.agentorchestrator.store.state;

import static io.agentorchestrator.workflows.model.TaskStatus.BACKOFF;
import static io.agentorchestrator.workflows.model.TaskStatus.CANCELLED;
import static io.agentorchestrator.workflows.model.TaskStatus.COMPLETED;
import static io.agentorchestrator.workflows.model.TaskStatus.DISPATCHED;
import static io.agentorchestrator.workflows.model.TaskStatus.FAILED;
import static io.agentorchestrator.workflows.model.TaskStatus.QUEUED;
import static io.agentorchestrator.workflows.model.TaskStatus.RELEASED;
import static io.agentorchestrator.workflows.model.TaskStatus.RUNNING;
import static io.agentorchestrator.workflows.model.TaskStatus.WAITING;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumSet;
import java.util.Set;

/** The table of legal changes of a task's status. A row may be written without its status changing. */
public final class TaskTransitions {
    private TaskTransitions() {}

    /** The statuses that may follow this one; never itself. */
    public static Set<TaskStatus> after(TaskStatus status) {
        return switch (status) {
            case PENDING -> EnumSet.of(WAITING, QUEUED, FAILED, CANCELLED);
            // Dependents that become ready may leave the backlog, and be dispatched, in the transaction that records
            // their parents.
            case WAITING -> EnumSet.of(QUEUED, RELEASED, DISPATCHED, FAILED, CANCELLED);
            case QUEUED -> EnumSet.of(RELEASED, FAILED, CANCELLED);
            case RELEASED -> EnumSet.of(DISPATCHED, QUEUED, FAILED, CANCELLED);
            // An outcome may be there before the agent's acceptance was recorded; FAILED is by the deadline alone.
            case DISPATCHED -> EnumSet.of(RUNNING, QUEUED, BACKOFF, COMPLETED, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(DISPATCHED, QUEUED, BACKOFF, COMPLETED, FAILED, CANCELLED);
            case BACKOFF -> EnumSet.of(QUEUED, RELEASED, FAILED, CANCELLED);
            // Only by a further run of the DAG.
            case COMPLETED, FAILED, CANCELLED -> EnumSet.of(WAITING, QUEUED);
        };
    }

    public static boolean isLegal(TaskStatus from, TaskStatus to) {
        return from == to || after(from).contains(to);
    }
}
