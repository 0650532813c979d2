package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.activities.dispatch.WatchedTask.Phase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.run.HandOver;
import io.agentorchestrator.store.run.LotState;
import io.agentorchestrator.store.run.LotTask;
import io.agentorchestrator.store.run.StoredCheckpoint;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.LotRequest;
import io.agentorchestrator.workflows.run.LotResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One lot, from its activity's start to its return. A single thread owns all state; slots and agents speak to it through the
 * inbox. Tasks that it leaves running belong to their agents; a later session attaches to them.
 */
final class LotSession {
    /** Added to a task's own timeout before we end the attempt that its agent should have ended. */
    private static final Duration TIMEOUT_GRACE = Duration.ofSeconds(5);
    /** A hand-over this young that its agent does not know may still be on its way, sent by another worker. */
    private static final Duration IN_TRANSIT = Duration.ofSeconds(5);

    /** Messages beyond which news of progress is dropped. */
    private static final int MAX_INBOX = 1_000;

    private final DispatchContext context;
    private final LotRequest request;
    private final Runnable heartbeat;
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final Lot lot;
    private final LotHandOver handOver;
    private final LotRecorder recorder;
    private final Instant begunAt;
    private volatile boolean closed;
    private Instant nextBeat;
    private Instant nextResync;

    /**
     * @param heartbeat tells Temporal that the lot is alive; it throws when the activity is to end, whose tasks then run on
     */
    LotSession(DispatchContext context, LotRequest request, Runnable heartbeat) {
        this.context = context;
        this.request = request;
        this.heartbeat = heartbeat;
        RunKey run = new RunKey(request.runId(), request.runNumber());
        this.lot = new Lot(run, context.runs().facts(run));
        this.handOver = new LotHandOver(context, lot, this::slotGiven, this::heardOf);
        this.recorder = new LotRecorder(context, lot, handOver);
        this.begunAt = context.now();
        this.nextBeat = begunAt.plus(context.settings().heartbeatEvery());
        this.nextResync = begunAt.plus(context.settings().resyncEvery());
    }

    /** Runs the lot to its return. To be called once. */
    LotResult run() throws InterruptedException {
        try {
            begin();
            while (!isOver()) {
                take();
                handOver.flush();
                recorder.flush();
                callOn();
            }
            return lot.result();
        } finally {
            detach();
        }
    }

    private void begin() {
        List<LotTask> granted = new ArrayList<>();
        for (LotTask task : context.lots().load(lot.run(), request.tasks())) {
            switch (task.status()) {
                case GRANTED -> granted.add(task);
                case RUNNING -> resume(task);
                case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                    LotState state = new LotState(
                            task.status(), task.attempt(), task.epoch(), task.errorCode(), task.retryable());
                    lot.endedElsewhere(task.index(), WatchedTask.name(task), state, begunAt);
                }
                case PENDING, WAITING, QUEUED -> lot.notStarted(task.index());
            }
        }
        Map<Integer, Resolution> payloads = context.payloads().resolve(lot.facts(), granted);
        Map<WatchedTask, Resolution.Impossible> impossible = new LinkedHashMap<>();
        for (LotTask task : granted) {
            WatchedTask watched = new WatchedTask(task, Phase.WAITS_FOR_SLOT);
            lot.add(watched);
            switch (payloads.get(task.index())) {
                case Resolution.Payload payload -> {
                    watched.payload = payload.bytes();
                    handOver.wantSlot(watched);
                }
                case Resolution.Impossible why -> impossible.put(watched, why);
                case null -> throw new IllegalStateException("no payload for task " + task.taskId());
            }
        }
        failBeforeHandOver(impossible);
    }

    /** Fails tasks whose payload cannot be made, under an attempt that no agent saw. */
    private void failBeforeHandOver(Map<WatchedTask, Resolution.Impossible> impossible) {
        if (impossible.isEmpty()) {
            return;
        }
        Map<UUID, HandOver.Begun> begun = handOver.begin(impossible.keySet().stream()
                .map(task -> new HandOver(task.taskId(), task.epoch(), null))
                .toList());
        impossible.forEach((task, why) -> {
            HandOver.Begun numbers = begun.get(task.taskId());
            if (numbers == null) {
                handOver.leaveToOthers(task);
                return;
            }
            task.begun(numbers.attempt(), numbers.epoch(), null, context.now());
            recorder.report(task, context.outcomes().failed(task, why.code(), why.message(), false, task.usage()));
        });
        recorder.flush();
    }

    private void resume(LotTask task) {
        WatchedTask watched = new WatchedTask(task, Phase.DETACHED);
        watched.accepted = true; // perhaps it was not; then a death that the agent did not notice costs an attempt
        watched.detachedAt = begunAt;
        lot.add(watched);
        handOver.attach(watched);
    }

    private void take() throws InterruptedException {
        long waitMillis =
                Math.max(1, Duration.between(context.now(), nextWake()).toMillis());
        Message first = inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (first == null) {
            return;
        }
        List<Message> batch = new ArrayList<>();
        batch.add(first);
        inbox.drainTo(batch);
        for (Message message : batch) {
            WatchedTask task = lot.task(message.index());
            switch (message) {
                case Message.SlotGiven given -> {
                    if (task.phase == Phase.WAITS_FOR_SLOT) {
                        handOver.offer(task, given.slot());
                    } else {
                        context.slots().release(given.slot());
                    }
                }
                case Message.Heard heard -> heard(task, heard.event());
            }
        }
    }

    private void heard(WatchedTask task, AgentEvent event) {
        boolean stale = event.ref().epoch() != task.epoch();
        if (stale || task.phase == Phase.REPORTED || task.phase == Phase.OVER || task.phase == Phase.WAITS_FOR_SLOT) {
            return;
        }
        switch (event) {
            case AgentEvent.Accepted ignored -> accepted(task);
            case AgentEvent.Progressed ignored -> accepted(task);
            case AgentEvent.CheckpointTaken checkpoint -> {
                accepted(task);
                keep(task, checkpoint);
            }
            case AgentEvent.UsageReported reported -> {
                accepted(task);
                task.usage = reported.usage();
            }
            case AgentEvent.Refused ignored -> handOver.refused(task);
            case AgentEvent.Unknown ignored -> unknown(task);
            case AgentEvent.Succeeded said ->
                recorder.report(task, context.outcomes().succeeded(task, said));
            case AgentEvent.Failed said ->
                recorder.report(task, context.outcomes().failed(task, said));
            case AgentEvent.Disconnected ignored -> {
                task.phase = Phase.DETACHED;
                task.detachedAt = task.detachedAt == null ? context.now() : task.detachedAt;
            }
        }
    }

    private static void accepted(WatchedTask task) {
        task.phase = Phase.ACTIVE;
        task.accepted = true;
        task.detachedAt = null;
    }

    private void keep(WatchedTask task, AgentEvent.CheckpointTaken checkpoint) {
        if (checkpoint.data().length > Limits.MAX_CHECKPOINT_BYTES) {
            context.metrics().checkpointTooLarge(task.task().taskType());
            return;
        }
        context.lots()
                .saveCheckpoint(
                        task.task().tenant(),
                        task.taskId(),
                        task.attempt(),
                        task.epoch(),
                        new StoredCheckpoint(checkpoint.sequence(), checkpoint.data()));
    }

    /** The agent does not have the task: never got it, lost it, or another worker's Start is still on its way. */
    private void unknown(WatchedTask task) {
        Instant startedAt = task.startedAt;
        boolean young = startedAt != null && context.now().isBefore(startedAt.plus(IN_TRANSIT));
        if (!task.accepted) {
            handOver.refused(task);
        } else if (task.handOvers == 0 && young) {
            task.phase = Phase.DETACHED;
        } else if (task.handOvers == 0 && neverArrived(task)) {
            handOver.refused(task);
        } else {
            lost(task, "the agent no longer knows the task: it has restarted since");
        }
    }

    /**
     * Whether the Start that another worker was about to send was lost with that worker. An agent that has been there since
     * then keeps what it has had, and outcomes at least for a lease.
     */
    private boolean neverArrived(WatchedTask task) {
        FleetAgent agent = handOver.agentOf(task);
        Instant startedAt = task.startedAt;
        return agent != null
                && startedAt != null
                && agent.registeredAt().isBefore(startedAt)
                && context.now().isBefore(startedAt.plus(context.lease()));
    }

    private void lost(WatchedTask task, String why) {
        recorder.report(task, context.outcomes().failed(task, OutcomeMapping.AGENT_LOST, why, true, task.usage()));
    }

    /** What is due by the clock: Temporal, agents that cannot be reached, tasks that take too long, the store. */
    private void callOn() {
        Instant now = context.now();
        if (now.isBefore(nextBeat)) {
            return;
        }
        nextBeat = now.plus(context.settings().heartbeatEvery());
        heartbeat.run();
        List<WatchedTask> waitedTooLong = new ArrayList<>();
        for (WatchedTask task : lot.open().toList()) {
            switch (task.phase) {
                case DETACHED -> callOnDetached(task, now);
                case OFFERED, ACTIVE -> endOverdue(task, now);
                case WAITS_FOR_SLOT -> {
                    if (now.isAfter(begunAt.plus(context.settings().maxWaitForSlot()))) {
                        waitedTooLong.add(task);
                    }
                }
                case REPORTED, OVER -> {}
            }
        }
        handOver.backToBacklog(waitedTooLong);
        handOver.flush();
        recorder.flush();
        if (!now.isBefore(nextResync)) {
            nextResync = now.plus(context.settings().resyncEvery());
            recorder.adopt(lot.open().map(WatchedTask::index).toList());
        }
    }

    private void callOnDetached(WatchedTask task, Instant now) {
        Instant since = task.detachedAt == null ? begunAt : task.detachedAt;
        boolean gone = handOver.agentOf(task) == null;
        if (gone && now.isAfter(since.plus(IN_TRANSIT))) {
            if (task.accepted) {
                lost(task, "the agent is gone: it stopped, or its heartbeats did");
            } else {
                handOver.refused(task);
            }
        } else if (now.isAfter(since.plus(context.lease()))) {
            lost(task, "the agent could not be reached for longer than its lease");
        } else {
            handOver.attach(task);
        }
    }

    private void endOverdue(WatchedTask task, Instant now) {
        Instant startedAt = task.startedAt;
        Duration allowed = task.task().timeout().plus(TIMEOUT_GRACE);
        if (startedAt == null || now.isBefore(startedAt.plus(allowed))) {
            return;
        }
        handOver.cancelAtAgent(task, "the attempt took longer than its timeout");
        String message = "the attempt took longer than " + task.task().timeout() + ", and its agent did not end it";
        recorder.report(task, context.outcomes().failed(task, OutcomeMapping.TIMEOUT, message, true, task.usage()));
    }

    private boolean isOver() {
        if (!handOver.isIdle() || !recorder.isIdle()) {
            return false;
        }
        if (lot.open().findAny().isEmpty()) {
            return true;
        }
        Instant firstEndAt = lot.firstEndAt();
        boolean lingered = firstEndAt != null
                && context.now().isAfter(firstEndAt.plus(context.settings().linger()));
        boolean watched = context.now().isAfter(begunAt.plus(context.settings().maxWatch()));
        return (lingered || watched) && inbox.isEmpty();
    }

    private Instant nextWake() {
        Instant firstEndAt = lot.firstEndAt();
        if (firstEndAt == null) {
            return nextBeat;
        }
        Instant lingered = firstEndAt.plus(context.settings().linger());
        return lingered.isBefore(nextBeat) ? lingered : nextBeat;
    }

    private void detach() {
        handOver.detach();
        closed = true;
        returnSlots();
    }

    /** Called on other threads. One of the two sees a slot that is given while the session ends: detach(), or this. */
    private void slotGiven(int index, AgentSlots.Slot slot) {
        inbox.add(new Message.SlotGiven(index, slot));
        if (closed) {
            returnSlots();
        }
    }

    /** Called on other threads. An agent that floods us loses news of progress, never an outcome. */
    private void heardOf(int index, AgentEvent event) {
        boolean droppable = event instanceof AgentEvent.Progressed
                || event instanceof AgentEvent.CheckpointTaken
                || event instanceof AgentEvent.UsageReported;
        if (!droppable || inbox.size() < MAX_INBOX) {
            inbox.add(new Message.Heard(index, event));
        }
    }

    private void returnSlots() {
        for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
            if (message instanceof Message.SlotGiven given) {
                context.slots().release(given.slot());
            }
        }
    }

    /** What reaches the session from other threads. */
    private sealed interface Message {
        int index();

        record SlotGiven(int index, AgentSlots.Slot slot) implements Message {}

        record Heard(int index, AgentEvent event) implements Message {}
    }
}
