package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run whose workflow is to be started; everything that the start needs is in the store, so that it can be repeated.
 *
 * @param name the DAG's name; empty for a group
 * @param plan by PlanCodec; owned by this record and not to be changed
 * @param released indexes of tasks that are out of the backlog; none where it is resumed: that knows of them
 * @param taskKeys what people call the tasks, by index; none for a group
 * @param resumed where the tasks are that the run takes over; absent for the first run
 * @param commands that no run has acknowledged, in their order
 */
public record RunStart(
        RunKey key,
        RunKind kind,
        String tenant,
        int plannerVersion,
        String name,
        byte[] plan,
        List<Integer> released,
        List<String> taskKeys,
        @Nullable Resumed resumed,
        List<CommandSignal> commands) {

    /**
     * Where the tasks are that a further run takes over, by index.
     *
     * @param attemptBases attempts before a user had the task run again
     * @param lastToggle the sequence of the PAUSE or RESUME that made the run paused or not, 0 if none
     */
    public record Resumed(List<TaskStatus> statuses, List<Integer> attemptBases, boolean paused, long lastToggle) {}
}
