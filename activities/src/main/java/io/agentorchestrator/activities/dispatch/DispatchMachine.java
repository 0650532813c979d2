package io.agentorchestrator.activities.dispatch;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides everything about tasks between their release and the record of their outcomes, for one worker: it folds messages into state and
 * returns effects. It has no clock and does no I/O, so that it can be simulated; {@link DispatchPhase} is its table of transitions, and
 * {@link TaskLifecycle} alone changes a task's phase.
 *
 * <p>A slot never waits for a commit: dispatches are committed ahead into an agent's ready queue, and an outcome frees its slot before it is
 * recorded. Whatever has not been sent may go elsewhere. Not thread-safe.
 */
public final class DispatchMachine {
    private final TaskLifecycle course;
    private final OpenBatches batches;
    private final Placement placement;
    private final Preemption preemption;
    private final AgentMessages agents;
    private final StoreAnswers store;
    private final Commands commands;

    public DispatchMachine(String workerId, DispatchSettings settings, OutcomeMapping outcomes, Listener listener) {
        this.course = new TaskLifecycle(workerId, outcomes, listener);
        this.batches = new OpenBatches(course, settings);
        this.placement = new Placement(course);
        this.preemption = new Preemption(course, placement);
        this.agents = new AgentMessages(course, placement, preemption);
        this.commands = new Commands(course, batches, agents, new DueCheck(settings), preemption);
        this.store = new StoreAnswers(course, batches, agents, commands);
    }

    /** Hears what the machine does. */
    public interface Listener {
        void moved(DispatchPhase from, DispatchPhase to);

        /** Something led to what must not be: a mistake of ours. */
        void failed(Throwable why);
    }

    /**
     * Folds what is known at this time.
     *
     * @param nowNanos of a clock that never goes back and leaves out the time in which the process stood still
     * @param wall the time of day, by which deadlines are measured once: when a task comes, and when the process woke
     */
    public List<DispatchEffect> on(List<DispatchMessage> messages, long nowNanos, Instant wall) {
        course.at(nowNanos, wall);
        messages.forEach(message -> course.guard.run(() -> fold(message)));
        course.guard.run(batches::inspectChanged);
        if (!store.isReading()) {
            course.guard.run(placement::fillQueues);
            course.guard.run(preemption::round);
        }
        course.guard.run(batches::returnBatches);
        return course.takeDecided();
    }

    /** When a batch returns by itself at the earliest. */
    long nextReturnAt() {
        return batches.nextReturnAt();
    }

    /** Tasks that agents have, as far as this worker knows, by agent. */
    Map<String, Integer> busy() {
        Map<String, Integer> busy = new HashMap<>();
        course.queues.all().stream()
                .filter(agent -> !agent.busy.isEmpty())
                .forEach(agent -> busy.put(agent.agentId, agent.busy.size()));
        return busy;
    }

    /** The slots that agents have given to each tenant, an agent's times its cost factor where it has one. */
    Map<String, Double> slotsByTenant() {
        Map<String, Double> slots = new HashMap<>();
        for (AgentQueue agent : course.queues.all()) {
            double price = agent.facts.costPerHourUsd() > 0 ? agent.facts.costPerHourUsd() : 1;
            agent.busy.forEach(task -> slots.merge(task.tenant(), price, Double::sum));
        }
        return slots;
    }

    /** The phases of the tasks that it holds, by index; for tests. */
    Map<Integer, DispatchPhase> phases() {
        Map<Integer, DispatchPhase> phases = new HashMap<>();
        course.all().forEach(task -> phases.put(task.index(), task.phase));
        return phases;
    }

    private void fold(DispatchMessage message) {
        switch (message) {
            case DispatchMessage.BatchOpened opened -> batches.opened(opened);
            case DispatchMessage.BatchClosed closed -> batches.close(closed.batch());
            case DispatchMessage.Adopted adopted ->
                batches.begin(null, adopted.run(), adopted.facts(), adopted.tasks());
            case DispatchMessage.Watched watched -> store.adoptUnknown(watched.rows());
            case DispatchMessage.Loaded loaded -> batches.loaded(loaded);
            case DispatchMessage.Prepared prepared ->
                course.guard.with(prepared.taskId(), () -> store.prepared(prepared));
            case DispatchMessage.Dispatched dispatched -> store.dispatched(dispatched);
            case DispatchMessage.OutcomesRecorded recorded -> store.recorded(recorded);
            case DispatchMessage.OutcomeRefused refused -> store.refused(refused);
            case DispatchMessage.TakenBack taken -> store.takenBack(taken);
            case DispatchMessage.TakenOver taken -> store.takenOver(taken);
            case DispatchMessage.Inspected inspected -> store.inspected(inspected);
            case DispatchMessage.HeldInspected inspected -> batches.heldInspected(inspected);
            case DispatchMessage.FleetChanged fleet -> agents.fleetChanged(fleet);
            case DispatchMessage.StrategyChanged changed -> course.queues.placeBy(changed.strategy());
            case DispatchMessage.PreemptionChanged changed -> preemption.after(changed.after());
            case DispatchMessage.Connected connected -> agents.connected(connected.agentId(), connected.preempts());
            case DispatchMessage.Disconnected broken -> agents.disconnected(broken);
            case DispatchMessage.Unreachable unreachable -> agents.unreachable(unreachable);
            case DispatchMessage.LoadTold told -> agents.told(told);
            case DispatchMessage.Congested congested -> agents.congested(congested);
            case DispatchMessage.Heard heard ->
                course.guard.with(heard.event().ref().taskId(), () -> agents.heard(heard.agentId(), heard.event()));
            case DispatchMessage.TrialAnswered answered -> placement.trialAnswered(answered);
            case DispatchMessage.CancelWanted cancel ->
                cancel.taskIds().forEach(id -> course.guard.with(id, () -> commands.cancel(id, cancel.reason())));
            case DispatchMessage.OverBudgetFound found ->
                found.dispatches().forEach(over -> course.guard.with(over.taskId(), () -> commands.overBudget(over)));
            case DispatchMessage.RunsChanged changed -> batches.runsChanged(changed.runIds());
            case DispatchMessage.Woke _ -> store.readAnew();
            case DispatchMessage.Tick _ -> commands.tick();
        }
    }
}
