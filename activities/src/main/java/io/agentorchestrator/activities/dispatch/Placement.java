package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.dispatch.ReadyQueues.Assignment;
import io.agentorchestrator.store.state.Placed;
import io.agentorchestrator.store.state.PlacementReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Lets waiting tasks go to agents, and sends what is committed where a slot is free. Confined to the {@link DispatchMachine}. */
final class Placement {
    private static final long REPEAT_DEMAND_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long BLOCK_AFTER_TRIAL_NANOS = Duration.ofMillis(200).toNanos();

    private final TaskLifecycle course;
    private final Set<String> trialClaims = new HashSet<>();

    Placement(TaskLifecycle course) {
        this.course = course;
    }

    void forgetTrial(String agentId) {
        trialClaims.remove(agentId);
    }

    /** Lets waiting tasks go to agents with room, and starts what is committed where a slot is free. */
    void fillQueues() {
        course.guard.each(course.queues.movable(course.now()), task -> {
            task.movedBy = PlacementReason.MOVED_IDLE;
            task.idleMoves++;
            course.await(task);
        });
        for (Assignment next = course.queues.next(course.now());
                next != null;
                next = course.queues.next(course.now())) {
            Assignment best = next;
            course.guard.with(best.task().id(), () -> place(best));
        }
        claimTrials();
        for (AgentQueue agent : course.queues.all()) {
            course.guard.run(() -> startReady(agent));
            course.guard.run(() -> sendDemand(agent));
        }
    }

    /** Has the waiting task committed to the agent. */
    void place(Assignment assignment) {
        assignment.task().placed = placed(assignment);
        course.commit(assignment.task(), assignment.agent());
    }

    private Placed placed(Assignment assignment) {
        PlacementReason moved = assignment.task().movedBy;
        PlacementReason wanted = assignment.isPreferred()
                ? PlacementReason.PREFERRED
                : course.queues.strategy().reason();
        PlacementReason chosen = assignment.among() == 1 ? PlacementReason.ONLY_AGENT : wanted;
        AgentQueue agent = assignment.agent();
        return new Placed(moved == null ? chosen : moved, assignment.among(), agent.used(), agent.facts.slots());
    }

    private void startReady(AgentQueue agent) {
        while (agent.free() > 0 && agent.takesTasks(course.now())) {
            TrackedTask task = agent.nextPrepared();
            if (task == null) {
                return;
            }
            course.guard.with(task.id(), () -> start(agent, task));
        }
    }

    private void start(AgentQueue agent, TrackedTask task) {
        byte[] payload = task.payload;
        if (payload == null) {
            throw new IllegalStateException("a task without payload is prepared");
        }
        if (course.now() >= task.deadlineAt) {
            course.returnToBacklog(task);
            return;
        }
        task.readyAt += course.now() - task.stagedAt;
        course.move(task, DispatchPhase.STARTING);
        agent.staged.remove(task);
        agent.busy.add(task);
        task.startSentAt = course.now();
        course.decide(new DispatchEffect.SendStart(agent.agentId, task.facts, task.ref(), task.attempt, payload));
    }

    private void sendDemand(AgentQueue agent) {
        if (!agent.connected || !agent.toldLimit()) {
            return;
        }
        int demand = course.queues.demandOf(agent);
        // Told when it has doubled, halved, or begun or ceased to be: the agent divides by it, and need not know it to
        // the task. Repeated, since the agent does not keep slots for a worker that stands still.
        if (Integer.numberOfLeadingZeros(demand) != Integer.numberOfLeadingZeros(agent.demandTold)
                || (demand > 0 && course.now() - agent.demandToldAt >= REPEAT_DEMAND_NANOS)) {
            agent.demandTold = demand;
            agent.demandToldAt = course.now();
            course.decide(new DispatchEffect.SendDemand(agent.agentId, demand));
        }
    }

    void claimTrials() {
        for (Assignment trial : course.queues.trials(course.now())) {
            TrackedTask task = trial.task();
            if (!task.claimingTrial && trialClaims.add(trial.agent().agentId)) {
                task.claimingTrial = true;
                course.queues.removeWaiting(task);
                course.decide(new DispatchEffect.ClaimTrial(
                        trial.agent().agentId, task.id(), task.nextRef(), task.facts.timeout()));
            }
        }
    }

    void trialAnswered(DispatchMessage.TrialAnswered answered) {
        trialClaims.remove(answered.agentId());
        AgentQueue agent = course.queues.find(answered.agentId());
        TrackedTask task = course.get(answered.ref().taskId());
        boolean wanted = task != null && task.claimingTrial && task.phase == DispatchPhase.WAITING;
        if (task != null && wanted) {
            task.claimingTrial = false;
            course.queues.addWaiting(task);
        }
        if (answered.given() && task != null && wanted && agent != null && agent.takesTasks(course.now())) {
            task.trial = true;
            task.placed = new Placed(PlacementReason.TRIAL, 1, agent.used(), agent.facts.slots());
            course.commit(task, agent);
            return;
        }
        if (answered.given()) {
            course.decide(new DispatchEffect.ReturnTrial(answered.agentId(), answered.ref()));
        }
        if (agent != null) {
            agent.block(course.now()
                    + BLOCK_AFTER_TRIAL_NANOS); // lest it be claimed again and again before the view has caught up
        }
    }
}
