package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.activities.dispatch.ReadyQueues.Assignment;
import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.WatchedRow;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides everything about tasks between their release and the record of their outcomes, for one worker: it folds messages into state and
 * returns effects. It has no clock and does no I/O, so that it can be simulated; {@link DispatchPhase} is its table of transitions, and
 * nothing else changes a task's phase.
 *
 * <p>A slot never waits for a commit: dispatches are committed ahead into an agent's ready queue, and an outcome frees its slot before it is
 * recorded. Whatever has not been sent may go elsewhere. Not thread-safe.
 */
final class DispatchMachine {
    /** Rows of tasks that are held for long are looked at so often. */
    private static final long INSPECT_EVERY_NANOS = Duration.ofSeconds(60).toNanos();

    private static final long BLOCK_AFTER_TRIAL_NANOS = Duration.ofMillis(200).toNanos();
    private static final long BLOCK_UNANSWERED_NANOS = Duration.ofSeconds(1).toNanos();
    /** So many times the dispatches of an attempt, and one that agents give up costs it after all. */
    private static final int MAX_GIVEN_UP = 3;

    private static final Duration FAR_AWAY = Duration.ofDays(10_000);

    private final String workerId;
    private final DispatchSettings settings;
    private final OutcomeMapping outcomes;
    private final DueCheck due;
    private final Listener listener;
    private final Map<UUID, TrackedTask> tasks = new LinkedHashMap<>();
    private final Map<Long, OpenBatch> batches = new LinkedHashMap<>();
    private final ReadyQueues queues = new ReadyQueues();
    private final Set<String> trialClaims = new HashSet<>();
    /** Since when the store is asked to commit dispatches, by task. */
    private final Map<UUID, Long> commitsSince = new HashMap<>();
    /** Tasks whose rows are to be read before anything is sent: the process stood still. */
    private final Set<UUID> unread = new HashSet<>();

    private List<DispatchEffect> effects = new ArrayList<>();
    private long now;
    private Instant wallNow = Instant.EPOCH;
    private long lastNumber;

    DispatchMachine(String workerId, DispatchSettings settings, OutcomeMapping outcomes, Listener listener) {
        this.workerId = workerId;
        this.settings = settings;
        this.outcomes = outcomes;
        this.due = new DueCheck(settings);
        this.listener = listener;
    }

    /** Hears what the machine does. */
    interface Listener {
        void moved(DispatchPhase from, DispatchPhase to);

        /** The message led to what must not be; what it concerns is looked at again by the clock. */
        void failed(DispatchMessage message, RuntimeException why);
    }

    /**
     * Folds what is known at this time.
     *
     * @param nowNanos of a clock that never goes back and leaves out the time in which the process stood still
     * @param wall the time of day, by which deadlines are measured once: when a task comes, and when the process woke
     */
    List<DispatchEffect> on(List<DispatchMessage> messages, long nowNanos, Instant wall) {
        now = nowNanos;
        wallNow = wall;
        for (DispatchMessage message : messages) {
            try {
                fold(message);
            } catch (RuntimeException unexpected) {
                listener.failed(message, unexpected); // one message must not take the others along
            }
        }
        fillQueues();
        returnBatches();
        List<DispatchEffect> decided = effects;
        effects = new ArrayList<>();
        return decided;
    }

    /** When a batch returns by itself at the earliest. */
    long nextReturnAt() {
        return batches.values().stream().mapToLong(OpenBatch::returnAt).min().orElse(Long.MAX_VALUE);
    }

    /** Tasks that agents have, as far as this worker knows, by agent. */
    Map<String, Integer> busy() {
        Map<String, Integer> busy = new HashMap<>();
        queues.all().stream()
                .filter(agent -> !agent.busy.isEmpty())
                .forEach(agent -> busy.put(agent.agentId, agent.busy.size()));
        return busy;
    }

    /** The phases of the tasks that it holds, by index; for tests. */
    Map<Integer, DispatchPhase> phases() {
        Map<Integer, DispatchPhase> phases = new HashMap<>();
        tasks.values().forEach(task -> phases.put(task.index(), task.phase));
        return phases;
    }

    private void fold(DispatchMessage message) {
        switch (message) {
            case DispatchMessage.BatchOpened opened -> opened(opened);
            case DispatchMessage.BatchClosed closed -> {
                OpenBatch batch = batches.remove(closed.batch());
                if (batch != null) {
                    batch.open().forEach(task -> task.batch = null);
                }
            }
            case DispatchMessage.Adopted adopted ->
                adopted.tasks().forEach(task -> begin(null, adopted.run(), adopted.facts(), task));
            case DispatchMessage.Watched watched -> adoptUnknown(watched.rows());
            case DispatchMessage.Loaded loaded -> loaded(loaded);
            case DispatchMessage.Prepared prepared -> prepared(prepared);
            case DispatchMessage.Dispatched dispatched -> dispatched(dispatched);
            case DispatchMessage.OutcomesRecorded recorded -> recorded(recorded);
            case DispatchMessage.OutcomeRefused refused -> {
                TrackedTask task = find(refused.taskId(), refused.epoch());
                if (task != null && task.phase == DispatchPhase.RECORDING) {
                    record(task, outcomes.unstorable(task, refused.why()));
                }
            }
            case DispatchMessage.TakenBack taken -> takenBack(taken);
            case DispatchMessage.TakenOver taken -> takenOver(taken);
            case DispatchMessage.Inspected inspected -> inspected(inspected);
            case DispatchMessage.HeldInspected inspected -> heldInspected(inspected);
            case DispatchMessage.FleetChanged fleet -> fleetChanged(fleet);
            case DispatchMessage.Connected connected -> connected(connected.agentId());
            case DispatchMessage.Disconnected broken -> disconnected(broken);
            case DispatchMessage.LoadTold told -> {
                AgentQueue agent = queues.find(told.agentId());
                if (agent != null) {
                    agent.told(told.load());
                }
            }
            case DispatchMessage.Congested congested -> {
                AgentQueue agent = queues.find(congested.agentId());
                if (agent != null) {
                    agent.congested = congested.is();
                }
            }
            case DispatchMessage.Heard heard -> heard(heard.agentId(), heard.event());
            case DispatchMessage.TrialAnswered answered -> trialAnswered(answered);
            case DispatchMessage.CancelWanted cancel -> cancel.taskIds().forEach(id -> cancel(id, cancel.reason()));
            case DispatchMessage.LookAgain look -> inspect(look.taskIds());
            case DispatchMessage.Woke _ -> {
                unread.addAll(tasks.keySet());
                tasks.values().forEach(task -> task.deadlineAt = deadlineAt(task.facts.deadline()));
                inspect(List.copyOf(tasks.keySet()));
            }
            case DispatchMessage.Tick _ -> tick();
        }
    }

    // Batches

    private void opened(DispatchMessage.BatchOpened opened) {
        OpenBatch batch = new OpenBatch(
                opened.batch(),
                opened.run(),
                opened.facts(),
                settings,
                now + opened.maxWatch().toNanos());
        batches.put(batch.id, batch);
        List<Integer> toLookAt = new ArrayList<>(opened.held());
        for (BatchTask task : opened.heldTasks()) {
            if (task.status() == TaskStatus.WAITING) {
                batch.hold(task.index(), task, deadlineAt(task.deadline()));
                toLookAt.remove(Integer.valueOf(task.index()));
            }
        }
        opened.tasks().forEach(task -> begin(batch, opened.run(), opened.facts(), task));
        inspectHeld(batch, toLookAt);
    }

    private void loaded(DispatchMessage.Loaded loaded) {
        OpenBatch batch = batches.get(loaded.batch());
        if (batch != null) {
            batch.loading(-loaded.tasks().size());
            loaded.tasks().forEach(task -> begin(batch, loaded.run(), batch.facts, task));
        }
    }

    /** Takes a task on as the store has it, unless it is known better already. */
    private void begin(@Nullable OpenBatch batch, RunKey run, RunFacts ofRun, BatchTask row) {
        TrackedTask known = tasks.get(row.taskId());
        if (known != null && (known.epoch < row.epoch() || !known.run.equals(run))) {
            forget(known); // somebody else has moved it on since
            known = null;
        }
        switch (row.status()) {
            case RELEASED, DISPATCHED, RUNNING -> {
                if (known != null) {
                    join(batch, known);
                } else if (row.status() == TaskStatus.RELEASED) {
                    TrackedTask task = track(batch, run, ofRun, row, DispatchPhase.PREPARING);
                    if (now >= task.deadlineAt) {
                        returnToBacklog(task);
                    } else {
                        prepare(task, true);
                    }
                } else {
                    TrackedTask task = track(batch, run, ofRun, row, DispatchPhase.TAKING_OVER);
                    effects.add(new DispatchEffect.TakeOver(run, task.id(), task.epoch));
                }
            }
            case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                if (known != null) {
                    forget(known);
                }
                if (batch != null) {
                    batch.endedElsewhere(row.index(), TrackedTask.name(row), row.state(), now);
                }
            }
            case PENDING, WAITING, QUEUED -> {
                if (known != null) {
                    forget(known);
                }
                if (batch != null) {
                    batch.notStarted(row.index(), now);
                }
            }
        }
    }

    private TrackedTask track(
            @Nullable OpenBatch batch, RunKey run, RunFacts ofRun, BatchTask row, DispatchPhase phase) {
        TrackedTask task = new TrackedTask(run, ofRun, row, phase, ++lastNumber, deadlineAt(row.deadline()), now);
        tasks.put(task.id(), task);
        if (batch != null) {
            task.batch = batch;
            batch.add(task);
        }
        return task;
    }

    private void join(@Nullable OpenBatch batch, TrackedTask task) {
        if (batch == null || task.batch == batch) {
            return;
        }
        if (task.batch != null) {
            task.batch.leave(task.index(), now);
        }
        task.batch = batch;
        batch.add(task);
    }

    private void returnBatches() {
        for (OpenBatch batch : List.copyOf(batches.values())) {
            if (now >= batch.returnAt()) {
                batches.remove(batch.id);
                effects.add(new DispatchEffect.Return(batch.id, batch.result()));
                batch.open().forEach(task -> task.batch = null);
            }
        }
    }

    private void inspectHeld(OpenBatch batch, List<Integer> indexes) {
        if (!indexes.isEmpty()) {
            batch.loading(1);
            effects.add(new DispatchEffect.InspectHeld(batch.id, batch.run, List.copyOf(indexes)));
        }
    }

    /** Tasks that wait for others of the batch stay held; whatever else has become of them, others have done. */
    private void heldInspected(DispatchMessage.HeldInspected inspected) {
        OpenBatch batch = batches.get(inspected.batch());
        if (batch == null) {
            return;
        }
        batch.loading(-1);
        List<Integer> toLoad = new ArrayList<>();
        inspected.states().forEach((index, state) -> {
            switch (state.status()) {
                case PENDING, WAITING -> batch.hold(index, null, deadlineAt(state.deadline()));
                case QUEUED -> {
                    batch.hold(index, null, TrackedTask.NEVER);
                    batch.giveUpHeld(index, now);
                }
                case RELEASED, DISPATCHED, RUNNING -> {
                    BatchTask _ = batch.takeHeld(index);
                    toLoad.add(index);
                }
                case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                    BatchTask _ = batch.takeHeld(index);
                    batch.endedElsewhere(index, null, state, now);
                }
            }
        });
        load(batch, toLoad);
    }

    private void load(OpenBatch batch, List<Integer> indexes) {
        if (!indexes.isEmpty()) {
            batch.loading(indexes.size());
            effects.add(new DispatchEffect.Load(batch.id, batch.run, List.copyOf(indexes)));
        }
    }

    // Towards the agent

    private void prepare(TrackedTask task, boolean fresh) {
        effects.add(new DispatchEffect.Prepare(
                task.batch == null ? null : task.batch.id, task.run, task.ofRun, task.facts, task.epoch, fresh));
    }

    private void prepared(DispatchMessage.Prepared prepared) {
        TrackedTask task = find(prepared.taskId(), prepared.epoch());
        boolean awaited = task != null
                && (task.phase == DispatchPhase.PREPARING
                        || (task.phase == DispatchPhase.STAGED && !task.isPrepared()));
        if (task == null || !awaited) {
            return;
        }
        if (prepared.readAnew()
                && (prepared.facts().epoch() != task.epoch
                        || !isOut(prepared.facts().status()))) {
            inspect(List.of(task.id()));
            return;
        }
        boolean staged = task.phase == DispatchPhase.STAGED;
        task.facts = prepared.facts();
        switch (prepared.payload()) {
            case Resolution.Payload payload -> {
                task.payload = payload.bytes();
                if (!staged) {
                    await(task);
                }
            }
            case Resolution.Impossible why -> {
                task.impossible = why;
                if (task.committed) {
                    record(task, outcomes.failed(task, why.code(), why.message(), false, task.usage));
                } else {
                    commit(task, null);
                }
            }
        }
    }

    /** Waits for an agent. */
    private void await(TrackedTask task) {
        if (task.phase == DispatchPhase.STAGED) {
            unstage(task);
        }
        move(task, DispatchPhase.WAITING);
        task.waitsSince = now;
        if (task.cancelReason != null && task.committed) {
            record(task, outcomes.cancelled(task, task.cancelReason));
            return;
        }
        queues.addWaiting(task);
    }

    /** Lets waiting tasks go to agents with room, and starts what is committed where a slot is free. */
    private void fillQueues() {
        if (!unread.isEmpty()) {
            return;
        }
        for (TrackedTask task : queues.movable(now)) {
            await(task);
        }
        for (Assignment next = queues.next(now); next != null; next = queues.next(now)) {
            commit(next.task(), next.agent());
        }
        claimTrials();
        for (AgentQueue agent : queues.all()) {
            startReady(agent);
            tellDemand(agent);
        }
    }

    private void startReady(AgentQueue agent) {
        while (agent.free() > 0 && agent.takesTasks(now)) {
            TrackedTask task = agent.nextPrepared();
            if (task == null) {
                return;
            }
            byte[] payload = task.payload;
            if (payload == null) {
                throw new IllegalStateException("a task without payload is prepared");
            }
            if (now >= task.deadlineAt) {
                returnToBacklog(task);
                continue;
            }
            task.readyAt += now - task.stagedAt;
            move(task, DispatchPhase.STARTING);
            agent.staged.remove(task);
            agent.busy.add(task);
            task.startSentAt = now;
            effects.add(new DispatchEffect.SendStart(agent.agentId, task.facts, task.ref(), task.attempt, payload));
        }
    }

    private void tellDemand(AgentQueue agent) {
        if (!agent.connected || !agent.toldLimit()) {
            return;
        }
        int demand = queues.demandOf(agent);
        // Told when it has doubled, halved, or begun or ceased to be: the agent divides by it, and need not know it to
        // the task.
        if (Integer.numberOfLeadingZeros(demand) != Integer.numberOfLeadingZeros(agent.demandTold)) {
            agent.demandTold = demand;
            effects.add(new DispatchEffect.SendDemand(agent.agentId, demand));
        }
    }

    private void commit(TrackedTask task, @Nullable AgentQueue agent) {
        if (task.phase == DispatchPhase.WAITING) {
            queues.removeWaiting(task);
            task.readyAt += now - task.waitsSince;
        }
        move(task, DispatchPhase.DISPATCHING);
        task.agentId = agent == null ? null : agent.agentId;
        if (agent != null) {
            agent.committing++;
        }
        commitsSince.put(task.id(), now);
        effects.add(new DispatchEffect.Commit(task.run, task.id(), task.epoch, task.agentId));
    }

    private void dispatched(DispatchMessage.Dispatched dispatched) {
        Map<UUID, Dispatch.Begun> begun = new HashMap<>();
        dispatched.begun().forEach(one -> begun.put(one.taskId(), one));
        List<UUID> movedOn = new ArrayList<>();
        for (Dispatch asked : dispatched.asked()) {
            TrackedTask task = find(asked.taskId(), asked.expectedEpoch());
            if (task == null || task.phase != DispatchPhase.DISPATCHING) {
                continue;
            }
            Dispatch.Begun numbers = begun.get(asked.taskId());
            if (numbers == null) {
                movedOn.add(task.id());
            } else {
                begun(task, numbers.attempt(), numbers.epoch(), numbers.attemptEpochs());
            }
        }
        inspect(movedOn);
    }

    private void begun(TrackedTask task, int attempt, int epoch, int attemptEpochs) {
        AgentQueue agent = endCommit(task);
        DispatchEffect.SendAcknowledge givenUp = task.givenUp;
        if (givenUp != null) {
            effects.add(givenUp);
            task.givenUp = null;
        }
        task.dispatched(attempt, epoch, attemptEpochs, now);
        Resolution.Impossible impossible = task.impossible;
        if (impossible != null) {
            record(task, outcomes.failed(task, impossible.code(), impossible.message(), false, task.usage));
        } else if (task.cancelReason != null) {
            record(task, outcomes.cancelled(task, task.cancelReason));
        } else {
            move(task, DispatchPhase.STAGED);
            stage(task, agent);
        }
    }

    private @Nullable AgentQueue endCommit(TrackedTask task) {
        AgentQueue agent = queues.find(task.agentId);
        Long since = commitsSince.remove(task.id());
        if (since != null && agent != null) {
            agent.committing--;
            queues.committed(now - since);
        }
        return agent;
    }

    private void stage(TrackedTask task, @Nullable AgentQueue agent) {
        if (agent == null || !isPlaceOf(agent, task)) {
            if (task.isPrepared()) {
                await(task);
                return;
            }
            if (agent == null) {
                throw new IllegalStateException("a task was committed to an agent that nobody knows: " + task.agentId);
            }
        }
        agent.staged.add(task);
    }

    private boolean isPlaceOf(AgentQueue agent, TrackedTask task) {
        return agent.connected && agent.facts.ready() && (agent.isTrusted() || task.trial);
    }

    private void unstage(TrackedTask task) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null) {
            agent.staged.remove(task);
        }
        returnTrial(task);
    }

    // Circuit breakers

    private void claimTrials() {
        for (Assignment trial : queues.trials(now)) {
            TrackedTask task = trial.task();
            if (!task.claimingTrial && trialClaims.add(trial.agent().agentId)) {
                task.claimingTrial = true;
                queues.removeWaiting(task);
                effects.add(new DispatchEffect.ClaimTrial(
                        trial.agent().agentId, task.id(), task.nextRef(), task.facts.timeout()));
            }
        }
    }

    private void trialAnswered(DispatchMessage.TrialAnswered answered) {
        trialClaims.remove(answered.agentId());
        AgentQueue agent = queues.find(answered.agentId());
        TrackedTask task = tasks.get(answered.ref().taskId());
        boolean wanted = task != null && task.claimingTrial && task.phase == DispatchPhase.WAITING;
        if (task != null && wanted) {
            task.claimingTrial = false;
            queues.addWaiting(task);
        }
        if (answered.given() && task != null && wanted && agent != null && agent.takesTasks(now)) {
            task.trial = true;
            commit(task, agent);
            return;
        }
        if (answered.given()) {
            effects.add(new DispatchEffect.ReturnTrial(answered.agentId(), answered.ref()));
        }
        if (agent != null) {
            agent.block(
                    now + BLOCK_AFTER_TRIAL_NANOS); // lest it be claimed again and again before the view has caught up
        }
    }

    /** The dispatch has ended without a word on its agent. */
    private void returnTrial(TrackedTask task) {
        if (task.trial && task.agentId != null) {
            effects.add(new DispatchEffect.ReturnTrial(task.agentId, task.ref()));
        }
        task.trial = false;
    }

    // Agents

    private void fleetChanged(DispatchMessage.FleetChanged fleet) {
        for (AgentQueue gone : queues.fleet(fleet.agents())) {
            trialClaims.remove(gone.agentId);
            List.copyOf(gone.staged).forEach(task -> leaveQueueOf(gone, task));
            List.copyOf(gone.busy).forEach(task -> detach(task));
        }
        for (AgentQueue agent : queues.all()) {
            for (TrackedTask task : List.copyOf(agent.staged)) {
                if (!isPlaceOf(agent, task)) {
                    leaveQueueOf(agent, task);
                }
            }
        }
    }

    /** Seeks another agent for a task that was not sent. */
    private void leaveQueueOf(AgentQueue agent, TrackedTask task) {
        agent.staged.remove(task);
        if (task.isPrepared()) {
            await(task);
        } else {
            move(task, DispatchPhase.WAITING);
            returnToBacklog(task);
        }
    }

    private void connected(String agentId) {
        AgentQueue agent = queues.find(agentId);
        if (agent == null) {
            return;
        }
        agent.connected = true;
        agent.unblock();
        List<DispatchRef> refs = new ArrayList<>();
        List<DispatchEffect> cancels = new ArrayList<>();
        for (TrackedTask task : tasks.values()) {
            if (task.phase == DispatchPhase.DETACHED && agentId.equals(task.agentId)) {
                agent.busy.add(task); // also of an agent that had left the registry meanwhile
                refs.add(task.ref());
                if (task.cancelReason != null) {
                    cancels.add(new DispatchEffect.SendCancel(agentId, task.ref(), task.cancelReason));
                }
            }
        }
        if (!refs.isEmpty()) {
            effects.add(new DispatchEffect.SendAttach(agentId, refs));
        }
        effects.addAll(cancels);
    }

    private void disconnected(DispatchMessage.Disconnected broken) {
        AgentQueue agent = queues.find(broken.agentId());
        if (agent == null) {
            return;
        }
        agent.disconnected();
        for (TrackedTask task : List.copyOf(agent.busy)) {
            task.lastEnd = broken.end();
            task.lastEndReason = broken.reason();
            detach(task);
        }
        List.copyOf(agent.staged).forEach(task -> leaveQueueOf(agent, task));
    }

    private void detach(TrackedTask task) {
        if (task.phase != DispatchPhase.DETACHED) {
            move(task, DispatchPhase.DETACHED);
            task.detachedAt = now;
        }
    }

    private void heard(String agentId, AgentEvent event) {
        TrackedTask task = tasks.get(event.ref().taskId());
        if (task == null) {
            return;
        }
        if (task.epoch != event.ref().epoch() || !agentId.equals(task.agentId) || !task.phase.holdsSlot()) {
            late(task, agentId, event);
            return;
        }
        switch (event) {
            case AgentEvent.Accepted _ -> accepted(task);
            case AgentEvent.Progressed _ -> accepted(task);
            case AgentEvent.CheckpointTaken checkpoint -> {
                accepted(task);
                effects.add(new DispatchEffect.SaveCheckpoint(task.facts, task.attempt, task.epoch, checkpoint));
            }
            case AgentEvent.UsageReported reported -> {
                accepted(task);
                task.usage = reported.usage();
            }
            case AgentEvent.Refused refused -> refused(task, agentId, refused.reason());
            case AgentEvent.Unknown _ -> unknown(task);
            case AgentEvent.Succeeded said -> {
                answered(task);
                conclude(task, outcomes.succeeded(task, said));
            }
            case AgentEvent.Failed said -> failed(task, agentId, said);
        }
    }

    private void accepted(TrackedTask task) {
        if (task.phase != DispatchPhase.RUNNING) {
            move(task, DispatchPhase.RUNNING);
        }
        task.detachedAt = TrackedTask.NEVER;
        if (!task.accepted) {
            task.accepted = true;
            task.acceptedAt = now;
            effects.add(new DispatchEffect.NoteAccepted(task.facts, Duration.ofNanos(Math.max(0, now - task.readyAt))));
        }
        task.payload = null; // another dispatch makes it anew
    }

    private void refused(TrackedTask task, String agentId, AgentEvent.Refusal reason) {
        AgentQueue agent = queues.find(agentId);
        boolean isFull = reason == AgentEvent.Refusal.FULL || reason == AgentEvent.Refusal.OTHER;
        if (agent != null) {
            agent.block(now + (isFull ? ReadyQueues.BLOCK_NANOS : BLOCK_UNANSWERED_NANOS));
        }
        if (isFull
                && agent != null
                && !task.trial
                && task.phase == DispatchPhase.STARTING
                && task.cancelReason == null) {
            effects.add(new DispatchEffect.NoteRerouted(task.facts, task.ref(), true));
            agent.busy.remove(task);
            move(task, DispatchPhase.STAGED); // the agent has kept nothing of it: the same dispatch may come again
            agent.staged.add(task);
            task.stagedAt = now;
            task.startSentAt = TrackedTask.NEVER;
        } else {
            reroute(task, true);
        }
    }

    /** The agent has neither the task nor its outcome, and will refuse this dispatch if it comes yet. */
    private void unknown(TrackedTask task) {
        if (task.accepted) {
            String message = "the agent no longer knows the task: it has restarted since";
            conclude(task, outcomes.failed(task, OutcomeMapping.AGENT_LOST, message, true, task.usage));
        } else {
            reroute(task, false);
        }
    }

    private void failed(TrackedTask task, String agentId, AgentEvent.Failed said) {
        boolean leaseExpired = said.code().equals(OutcomeMapping.LEASE_EXPIRED);
        boolean agentStops = said.code().equals(OutcomeMapping.CANCELLED) && said.retryable();
        if (task.cancelReason == null && (leaseExpired || agentStops)) {
            // Acknowledged once the task is committed to another dispatch: if this worker dies before, the next one
            // must hear of it.
            task.givenUp = new DispatchEffect.SendAcknowledge(agentId, List.of(task.ref()));
            goOnElsewhere(task, said.message());
        } else {
            answered(task);
            conclude(task, outcomes.failed(task, said));
        }
    }

    /** An agent that ends a task without a word before has had it since Start. */
    private static void answered(TrackedTask task) {
        task.isTold = true;
        if (task.acceptedAt == TrackedTask.NEVER) {
            task.acceptedAt = task.startSentAt;
        }
    }

    /**
     * The agent had the task, and gave it up by no fault of the task's: a further dispatch of the same attempt, from the last checkpoint.
     * So often in one attempt at most; then it costs the attempt.
     */
    private void goOnElsewhere(TrackedTask task, String why) {
        if (task.attemptEpochs >= MAX_GIVEN_UP * Limits.MAX_EPOCHS_PER_ATTEMPT) {
            conclude(task, outcomes.failed(task, OutcomeMapping.AGENT_STOPPED, why, true, task.usage));
        } else {
            reroute(task, false);
        }
    }

    /** Seeks an agent anew, at no attempt: the next commit raises the epoch, so that nothing of this dispatch counts any more. */
    private void reroute(TrackedTask task, boolean refused) {
        effects.add(new DispatchEffect.NoteRerouted(task.facts, task.ref(), refused));
        freeSlot(task);
        returnTrial(task);
        task.readyAt = now;
        if (task.cancelReason != null) {
            record(task, outcomes.cancelled(task, task.cancelReason));
        } else if (!task.accepted && task.attemptEpochs >= Limits.MAX_EPOCHS_PER_ATTEMPT) {
            move(task, task.phase == DispatchPhase.STARTING ? DispatchPhase.WAITING : DispatchPhase.PREPARING);
            returnToBacklog(task);
        } else if (task.isPrepared() && task.phase == DispatchPhase.STARTING) {
            await(task);
        } else {
            task.payload = null;
            move(task, DispatchPhase.PREPARING);
            prepare(task, false);
        }
    }

    // Outcomes

    private void conclude(TrackedTask task, AttemptOutcome outcome) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null
                && task.acceptedAt != TrackedTask.NEVER
                && outcome.outcome() == AttemptEnd.Outcome.COMPLETED) {
            agent.executed(task.ranNanos(now));
        }
        record(task, outcome);
    }

    private void record(TrackedTask task, AttemptOutcome outcome) {
        if (task.phase == DispatchPhase.WAITING) {
            queues.removeWaiting(task);
        } else if (task.phase == DispatchPhase.STAGED) {
            unstage(task);
        }
        boolean again = task.phase == DispatchPhase.RECORDING;
        Map<Integer, String> heldAgents = again ? Map.of() : agentsForHeld(task);
        freeSlot(task);
        if (!again) {
            move(task, DispatchPhase.RECORDING);
            task.outcomeAt = now;
            task.recordedBy = task.batch;
            if (task.batch != null) {
                task.batch.recording(1);
            }
        }
        task.payload = null;
        task.isRecordAwaited = true;
        OpenBatch teller = task.recordedBy;
        effects.add(new DispatchEffect.RecordOutcome(
                teller == null ? null : teller.id,
                task.run,
                task.ofRun,
                outcome.by(workerId, task.isTold, ran(task)),
                heldAgents));
    }

    /** For tasks that may become ready by this outcome: the agent whose slot it frees, or another one with room. */
    private Map<Integer, String> agentsForHeld(TrackedTask task) {
        OpenBatch batch = task.batch;
        if (batch == null) {
            return Map.of();
        }
        Map<Integer, String> agents = new HashMap<>();
        Map<AgentQueue, Integer> taken = new HashMap<>();
        AgentQueue own = queues.find(task.agentId);
        for (int index : batch.held()) {
            BatchTask held = batch.heldTask(index);
            if (held == null || now >= deadlineAt(held.deadline())) {
                continue;
            }
            AgentQueue place = own != null && canPassTo(own, held, taken, task.phase.holdsSlot() ? 1 : 0)
                    ? own
                    : queues.all().stream()
                            .filter(agent -> canPassTo(agent, held, taken, 0))
                            .findFirst()
                            .orElse(null);
            if (place != null) {
                taken.merge(place, 1, Integer::sum);
                agents.put(index, place.agentId);
            }
        }
        return agents;
    }

    private boolean canPassTo(AgentQueue agent, BatchTask held, Map<AgentQueue, Integer> taken, int freed) {
        return agent.takesTasks(now)
                && agent.isTrusted()
                && agent.facts.types().contains(held.taskType())
                && agent.unclaimed() + freed > taken.getOrDefault(agent, 0);
    }

    private void recorded(DispatchMessage.OutcomesRecorded message) {
        Recorded recorded = message.recorded();
        OpenBatch batch = message.batch() == null ? null : batches.get(message.batch());
        List<UUID> movedOn = new ArrayList<>();
        Map<String, List<DispatchRef>> toAcknowledge = new LinkedHashMap<>();
        for (AttemptOutcome outcome : message.outcomes()) {
            TrackedTask task = find(outcome.taskId(), outcome.epoch());
            if (task == null || task.phase != DispatchPhase.RECORDING) {
                continue;
            }
            boolean counts = recorded.accepted().contains(outcome.index());
            AgentQueue agent = queues.find(outcome.agentId());
            effects.add(new DispatchEffect.NoteOutcome(
                    message.batch(),
                    task.run,
                    task.facts,
                    outcome,
                    counts,
                    agent == null ? null : agent.classKey(),
                    ran(task),
                    Duration.ofNanos(now - task.outcomeAt)));
            if (counts && outcome.agentId() != null) {
                toAcknowledge
                        .computeIfAbsent(outcome.agentId(), id -> new ArrayList<>())
                        .add(task.ref());
            }
            endRecording(task);
            if (counts) {
                if (task.batch != null) {
                    task.batch.ended(end(task, outcome), now);
                }
                finish(task);
            } else {
                movedOn.add(task.id());
            }
        }
        toAcknowledge.forEach((agentId, refs) -> effects.add(new DispatchEffect.SendAcknowledge(agentId, refs)));
        inspect(movedOn);
        if (batch == null) {
            adoptDispatched(message, recorded);
        } else {
            goOn(batch, recorded);
            if (!movedOn.isEmpty()) {
                inspectHeld(batch, batch.held()); // somebody else may have recorded what they wait for
            }
        }
    }

    /** How long the agent had it; null if none had. */
    private static @Nullable Duration ran(TrackedTask task) {
        return task.acceptedAt == TrackedTask.NEVER ? null : Duration.ofNanos(task.ranNanos(task.outcomeAt));
    }

    private static void endRecording(TrackedTask task) {
        if (task.isRecordAwaited && task.recordedBy != null) {
            task.recordedBy.recording(-1);
        }
        task.isRecordAwaited = false;
    }

    private static AttemptEnd end(TrackedTask task, AttemptOutcome outcome) {
        boolean failed = outcome.outcome() == AttemptEnd.Outcome.FAILED;
        String code = failed && outcome.errorCode() != null ? outcome.errorCode() : "";
        return new AttemptEnd(
                outcome.index(),
                outcome.attempt(),
                outcome.outcome(),
                code,
                failed && outcome.retryable(),
                failed ? task.name() : null);
    }

    /** The batch is over, so nobody holds the rows of what was dispatched for it. */
    private void adoptDispatched(DispatchMessage.OutcomesRecorded message, Recorded recorded) {
        if (!recorded.dispatched().isEmpty()) {
            effects.add(new DispatchEffect.Adopt(
                    message.run(),
                    recorded.dispatched().stream()
                            .map(Recorded.Dispatched::index)
                            .toList()));
        }
    }

    /** Takes on what the store has this worker watch, and it does not know of. */
    private void adoptUnknown(List<WatchedRow> rows) {
        Map<RunKey, List<Integer>> unknown = new LinkedHashMap<>();
        for (WatchedRow row : rows) {
            if (!tasks.containsKey(row.taskId())) {
                unknown.computeIfAbsent(row.run(), run -> new ArrayList<>()).add(row.index());
            }
        }
        unknown.forEach((run, indexes) -> effects.add(new DispatchEffect.Adopt(run, indexes)));
    }

    /** Goes on with what the outcomes have made ready. */
    private void goOn(OpenBatch batch, Recorded recorded) {
        batch.runEnded(recorded.runEnded());
        List<Integer> toLoad = new ArrayList<>();
        for (int index : recorded.released()) {
            if (!batch.holds(index)) {
                batch.released(index, now);
                continue;
            }
            BatchTask row = batch.takeHeld(index);
            if (row == null) {
                toLoad.add(index);
            } else {
                effects.add(new DispatchEffect.NoteLeft(row.taskType()));
                begin(batch, batch.run, batch.facts, row.released(wallNow));
            }
        }
        for (Recorded.Dispatched dispatched : recorded.dispatched()) {
            BatchTask row = batch.takeHeld(dispatched.index());
            if (row == null) {
                toLoad.add(dispatched.index());
                continue;
            }
            effects.add(new DispatchEffect.NoteLeft(row.taskType()));
            TrackedTask task = track(batch, batch.run, batch.facts, row, DispatchPhase.STAGED);
            task.agentId = dispatched.agentId();
            task.dispatched(dispatched.attempt(), dispatched.epoch(), 1, now);
            AgentQueue agent = queues.find(dispatched.agentId());
            if (agent == null) {
                move(task, DispatchPhase.WAITING);
                returnToBacklog(task);
            } else {
                agent.staged.add(task);
                prepare(task, true);
            }
        }
        recorded.queued().forEach(index -> batch.giveUpHeld(index, now));
        load(batch, toLoad);
    }

    private void late(TrackedTask task, String agentId, AgentEvent event) {
        boolean ended = event instanceof AgentEvent.Succeeded || event instanceof AgentEvent.Failed;
        if (!ended) {
            return;
        }
        if (event.ref().epoch() > task.epoch) {
            return; // of a dispatch that was never made
        }
        effects.add(new DispatchEffect.NoteLate(task.facts));
        if (event.ref().epoch() < task.epoch) {
            AttemptOutcome outcome = event instanceof AgentEvent.Succeeded said
                    ? outcomes.succeeded(task, said)
                    : outcomes.failed(task, (AgentEvent.Failed) event);
            effects.add(new DispatchEffect.BookLate(
                    task.run, outcome.ofDispatch(event.ref().epoch(), agentId)));
            effects.add(new DispatchEffect.SendAcknowledge(agentId, List.of(event.ref())));
        }
    }

    // Commands, and the clock

    private void cancel(UUID taskId, String reason) {
        TrackedTask task = tasks.get(taskId);
        if (task == null) {
            return;
        }
        switch (task.phase) {
            case PREPARING, WAITING -> {
                task.cancelReason = reason;
                if (task.committed) {
                    record(task, outcomes.cancelled(task, reason));
                } else {
                    inspect(List.of(taskId)); // the store has cancelled it
                }
            }
            case STAGED -> record(task, outcomes.cancelled(task, reason));
            case DISPATCHING, TAKING_OVER -> task.cancelReason = reason;
            case STARTING, RUNNING, DETACHED -> cancelAtAgent(task, reason);
            case RECORDING, RETURNING, DONE -> {}
        }
    }

    private void cancelAtAgent(TrackedTask task, String reason) {
        if (task.cancelReason == null) {
            task.cancelReason = reason;
            task.cancelSentAt = now;
            sendCancel(task, reason);
        }
    }

    private void sendCancel(TrackedTask task, String reason) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null && agent.connected) {
            effects.add(new DispatchEffect.SendCancel(agent.agentId, task.ref(), reason));
        }
    }

    private void tick() {
        List<UUID> stale = new ArrayList<>();
        for (TrackedTask task : List.copyOf(tasks.values())) {
            switch (due.of(task, queues.find(task.agentId), now)) {
                case NOTHING -> {
                    if (now - task.inspectedAt > INSPECT_EVERY_NANOS) {
                        stale.add(task.id());
                    }
                }
                case DEADLINE -> deadlinePassed(task);
                case BACKLOG -> returnToBacklog(task);
                case UNANSWERED -> unanswered(task);
                case TELL_ACCEPTED -> {
                    task.acceptedTold = true;
                    effects.add(new DispatchEffect.MarkAccepted(
                            task.id(), task.epoch, Duration.ofNanos(task.ranNanos(now))));
                }
                case TIMEOUT -> {
                    sendCancel(task, "the attempt took longer than its timeout");
                    String message =
                            "the attempt took longer than " + task.facts.timeout() + ", and its agent did not end it";
                    conclude(task, outcomes.failed(task, OutcomeMapping.TIMEOUT, message, true, task.usage));
                }
                case CANCELLED -> conclude(task, outcomes.cancelled(task, String.valueOf(task.cancelReason)));
                case AGENT_LEFT -> goOnElsewhere(task, "the agent stopped and did not say how the task ended");
                case LOST -> lost(task);
            }
        }
        inspect(stale);
        batches.values().forEach(batch -> batch.expireHeld(now));
    }

    private void deadlinePassed(TrackedTask task) {
        if (!task.phase.holdsSlot()) {
            returnToBacklog(task);
            return;
        }
        sendCancel(task, "the task's deadline has passed");
        String message =
                "the deadline " + task.facts.deadline() + " passed while the task was at agent " + task.agentId;
        conclude(task, outcomes.failed(task, EndCodes.DEADLINE_EXCEEDED, message, false, task.usage));
    }

    private void unanswered(TrackedTask task) {
        sendCancel(task, "the task went to another agent, since Start was not answered");
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null) {
            agent.block(now + BLOCK_UNANSWERED_NANOS);
        }
        reroute(task, false);
    }

    private void lost(TrackedTask task) {
        String why = "the agent could not be reached for longer than its lease";
        AgentEvent.StreamEnd last = task.lastEnd;
        String code = last == null
                ? OutcomeMapping.AGENT_LOST
                : switch (last) {
                    case PROTOCOL_BROKEN -> OutcomeMapping.PROTOCOL_BROKEN;
                    case MESSAGE_TOO_LARGE -> OutcomeMapping.MESSAGE_TOO_LARGE;
                    case CLOSED_BY_US, ENDED_BY_AGENT, UNREACHABLE, SILENT -> OutcomeMapping.AGENT_LOST;
                };
        String message = task.lastEndReason.isEmpty() ? why : why + "; last: " + task.lastEndReason;
        conclude(task, outcomes.failed(task, code, message, true, task.usage));
    }

    private void returnToBacklog(TrackedTask task) {
        switch (task.phase) {
            case WAITING -> queues.removeWaiting(task);
            case STAGED -> unstage(task);
            case PREPARING, DISPATCHING, STARTING, RUNNING, DETACHED, TAKING_OVER, RECORDING, RETURNING, DONE -> {}
        }
        move(task, DispatchPhase.RETURNING);
        task.isReturnAwaited = true;
        task.payload = null;
        effects.add(new DispatchEffect.TakeBack(task.run, task.id(), task.index(), task.epoch, task.batch == null));
    }

    private void takenBack(DispatchMessage.TakenBack message) {
        List<UUID> movedOn = new ArrayList<>();
        message.asked().forEach((taskId, epoch) -> {
            TrackedTask task = find(taskId, epoch);
            if (task == null || task.phase != DispatchPhase.RETURNING) {
                return;
            }
            task.isReturnAwaited = false;
            if (!message.taken().contains(taskId)) {
                movedOn.add(taskId);
                return;
            }
            if (task.batch != null) {
                task.batch.notStarted(task.index(), now);
            }
            finish(task);
        });
        inspect(movedOn);
    }

    // Other workers

    private void takenOver(DispatchMessage.TakenOver message) {
        List<UUID> movedOn = new ArrayList<>();
        message.asked().forEach((taskId, epoch) -> {
            TrackedTask task = find(taskId, epoch);
            if (task == null || task.phase != DispatchPhase.TAKING_OVER) {
                return;
            }
            if (!message.taken().contains(taskId)) {
                movedOn.add(taskId);
                return;
            }
            task.committed = true;
            task.accepted = task.facts.status() == TaskStatus.RUNNING;
            task.acceptedTold = task.accepted;
            task.acceptedAt = task.accepted ? now - task.facts.runningFor().toNanos() : TrackedTask.NEVER;
            move(task, DispatchPhase.DETACHED);
            task.detachedAt = now;
            AgentQueue agent = queues.find(task.agentId);
            if (agent != null) {
                agent.busy.add(task);
                if (agent.connected) {
                    effects.add(new DispatchEffect.SendAttach(agent.agentId, List.of(task.ref())));
                }
            }
            if (task.cancelReason != null) {
                String reason = task.cancelReason;
                task.cancelReason = null;
                cancelAtAgent(task, reason);
            }
        });
        inspect(movedOn);
    }

    private void inspect(List<UUID> ids) {
        Map<RunKey, Map<UUID, Integer>> byRun = new LinkedHashMap<>();
        for (UUID id : ids) {
            TrackedTask task = tasks.get(id);
            if (task != null) {
                task.inspectedAt = now;
                byRun.computeIfAbsent(task.run, run -> new HashMap<>()).put(id, task.index());
            }
        }
        byRun.forEach((run, indexes) -> effects.add(new DispatchEffect.Inspect(run, indexes)));
    }

    private void inspected(DispatchMessage.Inspected message) {
        message.askedIndexes().forEach((taskId, index) -> {
            unread.remove(taskId);
            TrackedTask task = tasks.get(taskId);
            if (task != null && task.run.equals(message.run())) {
                compare(task, message.states().get(index));
            }
        });
        unread.retainAll(tasks.keySet());
    }

    /** Takes over what the store says of a task that somebody else may have moved on. */
    private void compare(TrackedTask task, @Nullable BatchState state) {
        OpenBatch batch = task.batch;
        if (task.isRecordAwaited || task.isReturnAwaited) {
            return; // the answer says more
        }
        if (state == null) {
            forget(task);
            return;
        }
        if (task.phase == DispatchPhase.RECORDING && task.agentId != null && !isSameDispatch(task, state)) {
            // Its outcome came too late for good. While the same dispatch is another worker's, the agent keeps it for
            // that one.
            effects.add(new DispatchEffect.SendAcknowledge(task.agentId, List.of(task.ref())));
        }
        switch (state.status()) {
            case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                stopAtAgent(task);
                endWatch(task);
                if (batch != null) {
                    batch.endedElsewhere(task.index(), task.name(), state, now);
                    inspectHeld(batch, batch.held()); // whoever recorded it did not know who waits here
                }
            }
            case PENDING, WAITING, QUEUED -> {
                stopAtAgent(task);
                endWatch(task);
                if (batch != null) {
                    batch.notStarted(task.index(), now);
                }
            }
            case RELEASED, DISPATCHED, RUNNING -> compareOpen(task, state);
        }
    }

    private static boolean isSameDispatch(TrackedTask task, BatchState state) {
        return state.epoch() == task.epoch
                && (state.status() == TaskStatus.DISPATCHED || state.status() == TaskStatus.RUNNING);
    }

    private void compareOpen(TrackedTask task, BatchState state) {
        boolean mine = workerId.equals(state.workerId());
        if (task.phase == DispatchPhase.DISPATCHING) {
            if (state.epoch() == task.epoch + 1 && mine && state.status() == TaskStatus.DISPATCHED) {
                begun(
                        task,
                        state.attempt(),
                        state.epoch(),
                        task.attemptEpochs + 1); // an earlier try had reached the store
            } else if (state.epoch() > task.epoch) {
                forget(task);
            }
            return;
        }
        boolean movedOn = state.epoch() > task.epoch || (task.committed && !mine);
        if (movedOn
                || task.phase == DispatchPhase.RECORDING
                || task.phase == DispatchPhase.RETURNING
                || task.phase == DispatchPhase.TAKING_OVER) {
            forget(task);
        }
    }

    private void stopAtAgent(TrackedTask task) {
        if (task.phase.holdsSlot()) {
            sendCancel(task, "the task has ended or goes on elsewhere");
        }
    }

    // Endings

    /** Has nothing more to do with a task that goes on elsewhere. */
    private void forget(TrackedTask task) {
        OpenBatch batch = task.batch;
        endWatch(task);
        if (batch != null) {
            batch.leave(task.index(), now);
        }
    }

    private void endWatch(TrackedTask task) {
        switch (task.phase) {
            case WAITING -> queues.removeWaiting(task);
            case STAGED -> unstage(task);
            case DISPATCHING -> {
                AgentQueue _ = endCommit(task);
            }
            case PREPARING, STARTING, RUNNING, DETACHED, TAKING_OVER, RECORDING, RETURNING, DONE -> {}
        }
        freeSlot(task);
        returnTrial(task);
        endRecording(task);
        finish(task);
    }

    private void finish(TrackedTask task) {
        move(task, DispatchPhase.DONE);
        tasks.remove(task.id(), task);
    }

    private void freeSlot(TrackedTask task) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null && agent.busy.remove(task)) {
            effects.add(new DispatchEffect.NoteSlotFreed(task.type()));
        }
    }

    private void move(TrackedTask task, DispatchPhase next) {
        if (!task.phase.next().contains(next)) {
            throw new IllegalStateException("task " + task.id() + " cannot go from " + task.phase + " to " + next);
        }
        listener.moved(task.phase, next);
        task.phase = next;
    }

    private @Nullable TrackedTask find(UUID taskId, int epoch) {
        TrackedTask task = tasks.get(taskId);
        return task == null || task.epoch != epoch ? null : task;
    }

    private static boolean isOut(TaskStatus status) {
        return status == TaskStatus.RELEASED || status == TaskStatus.DISPATCHED || status == TaskStatus.RUNNING;
    }

    /** By the time of day once: later steps of that clock change nothing. */
    private long deadlineAt(@Nullable Instant deadline) {
        if (deadline == null) {
            return TrackedTask.NEVER;
        }
        Duration left = Duration.between(wallNow, deadline);
        return left.compareTo(FAR_AWAY) > 0 ? TrackedTask.NEVER : now + left.toNanos();
    }
}
