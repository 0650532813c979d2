package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.activities.dispatch.WatchedTask.Phase;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.Dispatch;
import io.agentorchestrator.store.run.StoredCheckpoint;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.BatchRequest;
import io.agentorchestrator.workflows.run.BatchResult;
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
 * One batch, from its activity's start to its return. A single thread owns all state; slots and agents speak to it through the
 * inbox. Tasks that it leaves running belong to their agents; a later session attaches to them.
 */
final class BatchSession {
    /** Messages beyond which news of progress is dropped. */
    private static final int MAX_INBOX = 1_000;

    private final DispatchContext context;
    private final BatchRequest request;
    private final Duration maxWatch;
    private final Runnable heartbeat;
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final Batch batch;
    private final BatchFollowing following;
    private final BatchDispatch dispatch;
    private final BatchRecorder recorder;
    private final BatchWatch watch;
    private final Instant begunAt;
    private volatile boolean closed;
    private Instant nextBeat;
    private Instant nextResync;

    /**
     * @param maxWatch after which the batch returns in any case
     * @param heartbeat tells Temporal that the batch is alive; it throws when the activity is to end, whose tasks then run on
     */
    BatchSession(DispatchContext context, BatchRequest request, Duration maxWatch, Runnable heartbeat) {
        this.context = context;
        this.request = request;
        this.maxWatch = maxWatch;
        this.heartbeat = heartbeat;
        RunKey run = new RunKey(request.runId(), request.runNumber());
        this.batch = new Batch(run, context.runs().facts(run));
        this.following = new BatchFollowing(context, batch);
        this.dispatch = new BatchDispatch(context, batch, this::slotGiven, this::heardOf);
        this.recorder = new BatchRecorder(context, batch, dispatch);
        this.begunAt = context.now();
        this.watch = new BatchWatch(context, batch, dispatch, recorder, begunAt);
        this.nextBeat = begunAt.plus(context.settings().heartbeatEvery());
        this.nextResync = begunAt.plus(context.settings().resyncEvery());
    }

    /** Runs the batch to its return. To be called once. */
    BatchResult run() throws InterruptedException {
        try {
            begin(following.first(request.tasks(), request.following()));
            following.takeAlong();
            goOn();
            while (!isOver()) {
                take();
                dispatch.flush();
                record();
                callOn();
            }
            return batch.result();
        } finally {
            detach();
        }
    }

    /** Records what has ended, and goes on with what that has let loose. */
    private void record() {
        recorder.flush();
        if (recorder.othersHaveRecorded()) {
            following.lookAgain();
        }
        goOn();
    }

    private void goOn() {
        for (List<BatchTask> loose = following.loose(); !loose.isEmpty(); loose = following.loose()) {
            begin(loose);
        }
    }

    private void begin(List<BatchTask> tasks) {
        Instant now = context.now();
        List<BatchTask> released = new ArrayList<>();
        for (BatchTask task : tasks) {
            switch (task.status()) {
                case RELEASED -> released.add(task);
                case DISPATCHED, RUNNING -> resume(task);
                case COMPLETED, FAILED, CANCELLED, BACKOFF ->
                    batch.endedElsewhere(task.index(), WatchedTask.name(task), task.state(), now);
                case PENDING, WAITING, QUEUED -> batch.notStarted(task.index(), now);
            }
        }
        // What is too late is given back by the first look at the deadlines.
        released.stream()
                .map(task -> new WatchedTask(task, Phase.WAITS_FOR_SLOT))
                .filter(task -> task.isPastDeadline(now))
                .forEach(batch::add);
        released.removeIf(task -> batch.holds(task.index()));
        Map<Integer, Resolution> payloads = context.payloads().resolve(batch.facts(), released);
        Map<WatchedTask, Resolution.Impossible> impossible = new LinkedHashMap<>();
        for (BatchTask task : released) {
            WatchedTask watched = new WatchedTask(task, Phase.WAITS_FOR_SLOT);
            batch.add(watched);
            switch (payloads.get(task.index())) {
                case Resolution.Payload payload -> {
                    watched.payload = payload.bytes();
                    watched.waitsSince = now; // the same for all: they go back to the backlog together
                    dispatch.wantSlot(watched);
                }
                case Resolution.Impossible why -> impossible.put(watched, why);
                case null -> throw new IllegalStateException("no payload for task " + task.taskId());
            }
        }
        failBeforeDispatch(impossible);
    }

    /** Fails tasks whose payload cannot be made, under an attempt that no agent saw. */
    private void failBeforeDispatch(Map<WatchedTask, Resolution.Impossible> impossible) {
        if (impossible.isEmpty()) {
            return;
        }
        Map<UUID, Dispatch.Begun> begun = dispatch.begin(impossible.keySet().stream()
                .map(task -> new Dispatch(task.taskId(), task.epoch(), null))
                .toList());
        impossible.forEach((task, why) -> {
            Dispatch.Begun numbers = begun.get(task.taskId());
            if (numbers == null) {
                dispatch.leaveToOthers(task);
                return;
            }
            task.begun(numbers.attempt(), numbers.epoch(), null, context.now());
            recorder.report(task, context.outcomes().failed(task, why.code(), why.message(), false, task.usage()));
        });
        recorder.flush();
    }

    private void resume(BatchTask task) {
        WatchedTask watched = new WatchedTask(task, Phase.DETACHED);
        watched.accepted = true; // perhaps it was not; then a death that the agent did not notice costs an attempt
        watched.detachedAt = context.now();
        batch.add(watched);
        dispatch.attach(watched);
    }

    private void take() throws InterruptedException {
        long waitMillis =
                Math.max(1, Duration.between(context.now(), nextWake()).toMillis());
        Message first = inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (first == null) {
            return;
        }
        List<Message> messages = new ArrayList<>();
        messages.add(first);
        inbox.drainTo(messages);
        for (Message message : messages) {
            WatchedTask task = batch.task(message.index());
            switch (message) {
                case Message.SlotGiven given -> {
                    if (task.phase == Phase.WAITS_FOR_SLOT && !task.isPastDeadline(context.now())) {
                        dispatch.offer(task, given.slot());
                    } else {
                        task.ticket = null;
                        context.slots().release(given.slot());
                    }
                }
                case Message.Heard heard -> heard(task, heard.event());
            }
        }
    }

    private void heard(WatchedTask task, AgentEvent event) {
        boolean stale = event.ref().epoch() != task.epoch();
        boolean ended = task.phase == Phase.REPORTED || task.phase == Phase.OVER;
        if (stale || ended || task.phase == Phase.WAITS_FOR_SLOT) {
            countLate(task, event);
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
            case AgentEvent.Refused ignored -> dispatch.refused(task);
            case AgentEvent.Unknown ignored -> watch.unknown(task);
            case AgentEvent.Succeeded said ->
                recorder.report(task, context.outcomes().succeeded(task, said));
            case AgentEvent.Failed said -> {
                if (said.code().equals(OutcomeMapping.LEASE_EXPIRED)) {
                    watch.leaseExpired(task);
                } else {
                    recorder.report(task, context.outcomes().failed(task, said));
                }
            }
            case AgentEvent.Disconnected broken -> watch.disconnected(task, broken);
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
        context.batches()
                .saveCheckpoint(
                        task.task().tenant(),
                        task.taskId(),
                        task.attempt(),
                        task.epoch(),
                        new StoredCheckpoint(checkpoint.sequence(), checkpoint.data()));
    }

    /** What is due by the clock: Temporal, agents that cannot be reached, tasks that take too long, the store. */
    private void callOn() {
        Instant now = context.now();
        watch.expire(now);
        if (now.isBefore(nextBeat)) {
            dispatch.flush();
            record();
            return;
        }
        nextBeat = now.plus(context.settings().heartbeatEvery());
        heartbeat.run();
        watch.look(now);
        dispatch.flush();
        record();
        if (!now.isBefore(nextResync)) {
            nextResync = now.plus(context.settings().resyncEvery());
            recorder.adopt(batch.open().map(WatchedTask::index).toList());
            record();
        }
    }

    private boolean isOver() {
        if (!dispatch.isIdle() || !recorder.isIdle()) {
            return false;
        }
        if (batch.open().findAny().isEmpty()) {
            return true;
        }
        return !context.now().isBefore(returnAt()) && inbox.isEmpty();
    }

    /** When the batch returns at the latest, as it stands. */
    private Instant returnAt() {
        Instant at = begunAt.plus(maxWatch);
        Instant firstEndAt = batch.firstEndAt();
        Instant firstNewsAt = batch.firstNewsAt();
        if (firstEndAt != null) {
            at = earlier(at, firstEndAt.plus(context.settings().patience()));
        }
        if (firstNewsAt != null) {
            at = earlier(at, firstNewsAt.plus(context.settings().linger()));
        }
        return at;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Instant nextWake() {
        Instant deadline = watch.nextDeadline();
        Instant wake = earlier(nextBeat, returnAt());
        return deadline == null ? wake : earlier(wake, deadline);
    }

    private void detach() {
        dispatch.detach();
        for (Message message : inbox) {
            if (message instanceof Message.Heard heard && batch.task(heard.index()).phase == Phase.OVER) {
                countLate(batch.task(heard.index()), heard.event());
            }
        }
        closed = true;
        returnSlots();
    }

    private void countLate(WatchedTask task, AgentEvent event) {
        if (event instanceof AgentEvent.Succeeded || event instanceof AgentEvent.Failed) {
            context.metrics().late(task.task().taskType());
        }
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
