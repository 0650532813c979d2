package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OverBudget;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.WatchedRow;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.release.Eligibility;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whatever the {@link DispatchMachine} hears. */
public sealed interface DispatchMessage {
    /**
     * An activity wants its tasks dispatched.
     *
     * @param tasks as the store has them
     * @param held tasks that wait for nothing but others of the batch, to be started once they are released; the rows of those that were not
     *     read are missing in {@code heldTasks}
     * @param maxWatch after which the batch returns in any case
     */
    record BatchOpened(
            long batch,
            RunKey run,
            RunFacts facts,
            List<BatchTask> tasks,
            List<Integer> held,
            List<BatchTask> heldTasks,
            Duration maxWatch)
            implements DispatchMessage {}

    /** The activity has ended, returned or not: what is open is watched without it. */
    record BatchClosed(long batch) implements DispatchMessage {}

    /** Tasks of no batch, whose watcher has died. */
    record Adopted(RunKey run, RunFacts facts, List<BatchTask> tasks) implements DispatchMessage {}

    /** The rows that the store has this worker watch: an answer may have been lost that said so. */
    record Watched(List<WatchedRow> rows) implements DispatchMessage {}

    /** Rows that were asked for by {@link DispatchEffect.Load}. */
    record Loaded(long batch, RunKey run, List<Integer> asked, List<BatchTask> tasks) implements DispatchMessage {}

    /**
     * A payload was made, or cannot be.
     *
     * @param readAnew whether the row was read for it, and may say more than was known
     */
    record Prepared(UUID taskId, int epoch, BatchTask facts, boolean readAnew, Resolution payload)
            implements DispatchMessage {}

    /**
     * The store has committed dispatches.
     *
     * @param asked all that it was asked for
     * @param begun those of them that it has; the others have moved on
     */
    record Dispatched(List<Dispatch> asked, List<Dispatch.Begun> begun) implements DispatchMessage {}

    /** The store has recorded outcomes of one set. */
    record OutcomesRecorded(@Nullable Long batch, RunKey run, List<AttemptOutcome> outcomes, Recorded recorded)
            implements DispatchMessage {}

    /** The store would not take this outcome. */
    record OutcomeRefused(UUID taskId, int epoch) implements DispatchMessage {}

    /** The store has put tasks back into the backlog; the others have moved on. */
    record TakenBack(Map<UUID, Integer> asked, Set<UUID> taken) implements DispatchMessage {}

    /** The store has this worker as the watcher of these now; the others have moved on. */
    record TakenOver(Map<UUID, Integer> asked, Set<UUID> taken) implements DispatchMessage {}

    /** The rows of tasks, read for {@link DispatchEffect.Inspect}; one that is missing in it is lost. */
    record Inspected(Map<UUID, Integer> askedIndexes, RunKey run, Map<Integer, BatchState> states)
            implements DispatchMessage {}

    /** Rows of held tasks, read for {@link DispatchEffect.InspectHeld}. */
    record HeldInspected(long batch, Map<Integer, BatchState> states) implements DispatchMessage {}

    /** The registry was read. */
    record FleetChanged(List<AgentFacts> agents) implements DispatchMessage {}

    /** Somebody wants tasks to be placed by this strategy. */
    record StrategyChanged(PlacementStrategy strategy) implements DispatchMessage {}

    /** Somebody wants urgent tasks to wait this long for a slot before others are stopped for them. */
    record PreemptionChanged(Duration after) implements DispatchMessage {}

    /**
     * A stream to the agent is open, and the agent has proven who it is.
     *
     * @param preempts whether it knows Preempt
     */
    record Connected(String agentId, boolean preempts) implements DispatchMessage {}

    /** The stream to the agent has ended. */
    record Disconnected(String agentId, StreamEnd end, String reason) implements DispatchMessage {}

    /**
     * A stream to the agent could not be opened.
     *
     * @param refused whether nobody listens at its address
     */
    record Unreachable(String agentId, boolean refused) implements DispatchMessage {}

    /** The agent told its load. */
    record LoadTold(String agentId, AgentEvent.Load load) implements DispatchMessage {}

    /** Messages to the agent wait in this process, or no longer do. */
    record Congested(String agentId, boolean is) implements DispatchMessage {}

    /** An agent said something of a dispatch. */
    record Heard(String agentId, AgentEvent event) implements DispatchMessage {}

    /** The trial of a half-open circuit breaker was claimed for a task, or was not to be had. */
    record TrialAnswered(String agentId, DispatchRef ref, boolean given) implements DispatchMessage {}

    /** Somebody wants these tasks to stop. */
    record CancelWanted(List<UUID> taskIds, String reason) implements DispatchMessage {}

    /** The store has found agents that tell of more than budgets suffice for. */
    record OverBudgetFound(List<OverBudget> dispatches) implements DispatchMessage {}

    /** Somebody has changed these runs, and perhaps rows of their tasks. */
    record RunsChanged(List<UUID> runIds) implements DispatchMessage {}

    /** The process stood still for longer than others wait for it. */
    record Woke() implements DispatchMessage {}

    /** Time has passed. */
    record Tick() implements DispatchMessage {}

    /**
     * An agent as the registry and this worker's view of its circuit breaker have it.
     *
     * @param accepts which tasks it may be given
     * @param costPerHourUsd its cost factor
     * @param ready whether it may be given new tasks: it does not drain, and its heartbeats arrive
     * @param trust by its circuit breaker
     * @param isSilent whether its heartbeats have stopped while others' arrive
     */
    record AgentFacts(
            String agentId,
            Eligibility accepts,
            int slots,
            double costPerHourUsd,
            boolean ready,
            Trust trust,
            boolean isSilent) {}

    /** The trust in an agent, by its circuit breaker. */
    enum Trust {
        CLOSED,
        /** One task may be tried. */
        TRIAL_FREE,
        /** No task. */
        NONE
    }
}
