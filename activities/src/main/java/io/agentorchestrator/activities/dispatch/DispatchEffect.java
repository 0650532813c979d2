package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.TaskCheckpoint;
import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Placed;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whatever the {@link DispatchMachine} wants done; {@link Dispatcher} does it. */
public sealed interface DispatchEffect {
    /**
     * Make the payload.
     *
     * @param fresh whether the row at hand is as the store has it; otherwise it is to be read again
     */
    record Prepare(@Nullable Long batch, RunKey run, RunFacts ofRun, BatchTask task, int epoch, boolean fresh)
            implements DispatchEffect {}

    /** Read the rows of tasks that were released. */
    record Load(long batch, RunKey run, List<Integer> indexes) implements DispatchEffect {}

    /** Take on tasks that were dispatched for a batch that is over. */
    record Adopt(RunKey run, List<Integer> indexes) implements DispatchEffect {}

    /** Book what a dispatch has cost after its task had moved on. */
    record BookLate(RunKey run, AttemptOutcome outcome) implements DispatchEffect {}

    /** Commit the task to the agent, or, without one, to none: an attempt that no agent sees. */
    record Commit(
            RunKey run,
            UUID taskId,
            int expectedEpoch,
            @Nullable String agentId,
            @Nullable Placed placed) implements DispatchEffect {}

    /** Send Start. */
    record SendStart(String agentId, BatchTask task, DispatchRef ref, int attempt, byte[] payload)
            implements DispatchEffect {}

    record SendAttach(String agentId, List<DispatchRef> refs) implements DispatchEffect {}

    record SendCancel(String agentId, DispatchRef ref, String reason) implements DispatchEffect {}

    /** Have the agent end the task within the grace. */
    record SendPreempt(String agentId, DispatchRef ref, Duration grace) implements DispatchEffect {}

    record SendAcknowledge(String agentId, List<DispatchRef> refs) implements DispatchEffect {}

    /** Tell the agent how many tasks wait here for its slots. */
    record SendDemand(String agentId, int waiting) implements DispatchEffect {}

    /** Tell the store that the agent has had the task for so long. */
    record MarkAccepted(UUID taskId, int epoch, Duration ago) implements DispatchEffect {}

    /**
     * Record the outcome.
     *
     * @param batch whose activity will tell the run; null: the store leaves a notice
     * @param heldAgents for held tasks of the batch the agent that has room for them, should this outcome make them ready
     */
    record RecordOutcome(
            @Nullable Long batch, RunKey run, RunFacts ofRun, AttemptOutcome outcome, Map<Integer, String> heldAgents)
            implements DispatchEffect {}

    /** Keep the checkpoint, unless a later one is there. */
    record SaveCheckpoint(BatchTask task, int attempt, int epoch, AgentEvent.CheckpointTaken checkpoint)
            implements DispatchEffect {}

    /** Keep what an agent has said of a dispatch. */
    record SaveReport(TaskReport report) implements DispatchEffect {}

    /**
     * Put the task back into the backlog.
     *
     * @param held whether an agent has had the attempt that is under way: it stays under way
     * @param notice whether the run hears of it by a notice
     * @param preemptedFor the task for which it was stopped; null: it was not
     * @param checkpoint to be stored before it; null: none that may not be stored yet
     */
    record TakeBack(
            RunKey run,
            UUID taskId,
            int index,
            int epoch,
            boolean held,
            boolean notice,
            @Nullable UUID preemptedFor,
            @Nullable TaskCheckpoint checkpoint)
            implements DispatchEffect {}

    /**
     * Take on tasks that other workers watch at these agents and that may be stopped for one of the priority, those of the lowest value
     * first.
     */
    record SeekVictims(List<String> agentIds, Priority priority, int most) implements DispatchEffect {}

    /** A task has gone back to the backlog, having been stopped for another. */
    record NotePreempted(BatchTask task) implements DispatchEffect {}

    /** Make this worker the watcher of the task. */
    record TakeOver(RunKey run, UUID taskId, int epoch) implements DispatchEffect {}

    /** Read where tasks of the run are. */
    record Inspect(RunKey run, Map<UUID, Integer> indexes) implements DispatchEffect {}

    /** Read where held tasks of the batch are. */
    record InspectHeld(long batch, RunKey run, List<Integer> indexes) implements DispatchEffect {}

    /** Claim the one trial of the agent's circuit breaker. */
    record ClaimTrial(String agentId, UUID taskId, DispatchRef ref, Duration timeout) implements DispatchEffect {}

    /** The trial ended without a word on the agent. */
    record ReturnTrial(String agentId, DispatchRef ref) implements DispatchEffect {}

    /** The agent of this dispatch has accepted it, so long after its release, waits for slots left out. */
    record NoteAccepted(BatchTask task, Duration afterRelease) implements DispatchEffect {}

    /**
     * An outcome was recorded, or came too late to count.
     *
     * @param batch that it was recorded for; null if there was none
     * @param agentClass the agent's types, sorted and joined with a comma; null where no agent had it, or it has left
     * @param ran how long the agent had it; null where none had
     * @param toRecord from the outcome to its record
     */
    record NoteOutcome(
            @Nullable Long batch,
            RunKey run,
            BatchTask task,
            AttemptOutcome outcome,
            boolean counts,
            @Nullable String agentClass,
            @Nullable Duration ran,
            Duration toRecord)
            implements DispatchEffect {}

    /** An outcome came again, or of a dispatch that this worker no longer has. */
    record NoteLate(BatchTask task) implements DispatchEffect {}

    /** A dispatch ended without outcome, and the task goes on elsewhere. */
    record NoteRerouted(BatchTask task, DispatchRef ref, boolean refused) implements DispatchEffect {}

    /** This worker has nothing more to do with a dispatch that goes on elsewhere, or has ended there. */
    record NoteForgotten(DispatchRef ref) implements DispatchEffect {}

    /** The batch's activity is over: nothing that was kept for it is needed. */
    record ForgetBatch(long batch) implements DispatchEffect {}

    /** A slot of an agent for this type has become free. */
    record NoteSlotFreed(String taskType, String tenant, String selectorKey) implements DispatchEffect {}

    /** A task of this type has left the backlog unasked. */
    record NoteLeft(String taskType, String tenant, String selectorKey) implements DispatchEffect {}

    /** The batch is over. */
    record Return(long batch, BatchResult result) implements DispatchEffect {}
}
