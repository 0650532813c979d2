package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The batches whose activities wait: takes their tasks on, goes on with those that they hold, and lets them return. Confined to the {@link DispatchMachine}. */
final class OpenBatches {
    private final TaskLifecycle course;
    private final DispatchSettings settings;
    private final Map<Long, OpenBatch> batches = new LinkedHashMap<>();
    private final ChangedRuns changed = new ChangedRuns();
    /** Tasks that were taken on from rows that may be older than a change of their run. */
    private final List<UUID> perhapsChanged = new ArrayList<>();

    OpenBatches(TaskLifecycle course, DispatchSettings settings) {
        this.course = course;
        this.settings = settings;
    }

    @Nullable OpenBatch find(@Nullable Long batch) {
        return batch == null ? null : batches.get(batch);
    }

    Collection<OpenBatch> all() {
        return batches.values();
    }

    /** The activity is over: what is open is watched without it. */
    void close(long id) {
        OpenBatch batch = batches.remove(id);
        if (batch != null) {
            batch.open().forEach(task -> task.batch = null);
        }
        course.decide(new DispatchEffect.ForgetBatch(id));
    }

    /** When a batch returns by itself at the earliest. */
    long nextReturnAt() {
        return batches.values().stream().mapToLong(OpenBatch::returnAt).min().orElse(Long.MAX_VALUE);
    }

    void opened(DispatchMessage.BatchOpened opened) {
        OpenBatch batch = new OpenBatch(
                opened.batch(),
                opened.run(),
                opened.facts(),
                settings,
                course.now() + opened.maxWatch().toNanos());
        batches.put(batch.id, batch);
        List<Integer> toLookAt = new ArrayList<>(opened.held());
        for (BatchTask task : opened.heldTasks()) {
            if (task.status() == TaskStatus.WAITING) {
                batch.hold(task.index(), task, course.deadlineAt(task.deadline()));
                toLookAt.remove(Integer.valueOf(task.index()));
            }
        }
        begin(batch, opened.run(), opened.facts(), opened.tasks());
        inspectHeld(batch, toLookAt);
    }

    void loaded(DispatchMessage.Loaded loaded) {
        OpenBatch batch = batches.get(loaded.batch());
        if (batch != null) {
            batch.loading(-loaded.asked().size());
            begin(batch, loaded.run(), batch.facts, loaded.tasks());
        }
    }

    /** Somebody has changed these runs, and perhaps rows of theirs: those that were taken on, are held, or are being read. */
    void runsChanged(List<UUID> runIds) {
        Set<UUID> ids = Set.copyOf(runIds);
        changed.changed(runIds, course.now());
        batches.values().stream()
                .filter(batch -> ids.contains(batch.run.runId()))
                .forEach(OpenBatch::heldMayHaveChanged);
        course.inspect(course.all().stream()
                .filter(task -> ids.contains(task.run.runId()))
                .map(TrackedTask::id)
                .toList());
    }

    /** Reads the rows again of what was taken on since the last call and may have changed meanwhile. */
    void inspectChanged() {
        List<UUID> ids = List.copyOf(perhapsChanged);
        perhapsChanged.clear();
        course.inspect(ids);
    }

    /** Takes tasks on as the store has them, unless they are known better already. */
    void begin(@Nullable OpenBatch batch, RunKey run, RunFacts ofRun, List<BatchTask> rows) {
        rows.forEach(row -> course.guard.with(row.taskId(), () -> begin(batch, run, ofRun, row)));
    }

    private void begin(@Nullable OpenBatch batch, RunKey run, RunFacts ofRun, BatchTask row) {
        TrackedTask known = course.get(row.taskId());
        if (known != null && (known.epoch < row.epoch() || !known.run.equals(run))) {
            course.forget(known); // somebody else has moved it on since
            known = null;
        }
        switch (row.status()) {
            case RELEASED, DISPATCHED, RUNNING -> {
                if (known != null) {
                    course.join(batch, known);
                    if (batch == null) {
                        adopt(known);
                    }
                } else if (row.status() == TaskStatus.RELEASED) {
                    TrackedTask task = course.track(batch, run, ofRun, row, DispatchPhase.PREPARING);
                    if (changed.contains(run.runId(), course.now())) {
                        perhapsChanged.add(task.id());
                    }
                    if (course.now() >= task.deadlineAt) {
                        course.returnToBacklog(task);
                    } else {
                        course.prepare(task, true);
                    }
                } else {
                    TrackedTask task = course.track(batch, run, ofRun, row, DispatchPhase.TAKING_OVER);
                    if (course.workerId().equals(row.workerId())) {
                        takenOver(task);
                    } else {
                        course.decide(new DispatchEffect.TakeOver(run, task.id(), task.epoch));
                    }
                }
            }
            case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                if (known != null) {
                    course.forget(known);
                }
                if (batch != null) {
                    batch.endedElsewhere(row.index(), TrackedTask.name(row), row.state(), course.now());
                }
            }
            case PENDING, WAITING, QUEUED -> {
                if (known != null) {
                    course.forget(known);
                }
                if (batch != null) {
                    batch.notStarted(row.index(), course.now());
                }
            }
        }
    }

    /** Whoever watched it meanwhile may have asked its agent last, and heard how it ended; and it may be here to be cancelled. */
    private void adopt(TrackedTask known) {
        known.isAdopted |= known.phase.holdsSlot();
        course.inspect(List.of(known.id()));
    }

    /** Goes on with a task that another worker, or an earlier life of this one, has dispatched. */
    void takenOver(TrackedTask task) {
        boolean running = task.facts.status() == TaskStatus.RUNNING;
        task.committed = true;
        task.usage = task.facts.reported();
        task.isAdopted = true;
        task.accepted = running;
        task.acceptedTold = running;
        task.attemptHeld |= running;
        task.acceptedAt = running ? course.now() - task.facts.runningFor().toNanos() : TrackedTask.NEVER;
        course.move(task, DispatchPhase.DETACHED);
        task.detachedAt = course.now();
        AgentQueue agent = course.queues.find(task.agentId);
        if (agent != null) {
            agent.busy.add(task);
            if (agent.connected) {
                course.decide(new DispatchEffect.SendAttach(agent.agentId, List.of(task.ref())));
            }
        }
        String reason = task.cancelReason != null || task.facts.errorCode() == null
                ? task.cancelReason
                : StoreAnswers.CANCELLED_MEANWHILE;
        if (reason != null) {
            task.cancelReason = null;
            course.cancelAtAgent(task, reason);
        }
    }

    void returnBatches() {
        for (OpenBatch batch : List.copyOf(batches.values())) {
            course.guard.run(() -> returnIfDue(batch));
        }
    }

    private void returnIfDue(OpenBatch batch) {
        if (course.now() >= batch.returnAt()) {
            batches.remove(batch.id);
            course.decide(new DispatchEffect.Return(batch.id, batch.result()));
            batch.open().forEach(task -> task.batch = null);
        }
    }

    void inspectHeld(OpenBatch batch, List<Integer> indexes) {
        if (!indexes.isEmpty()) {
            batch.loading(1);
            course.decide(new DispatchEffect.InspectHeld(batch.id, batch.run, List.copyOf(indexes)));
        }
    }

    /** Tasks that wait for others of the batch stay held; whatever else has become of them, others have done. */
    void heldInspected(DispatchMessage.HeldInspected inspected) {
        OpenBatch batch = batches.get(inspected.batch());
        if (batch == null) {
            return;
        }
        batch.loading(-1);
        List<Integer> toLoad = new ArrayList<>();
        inspected.states().forEach((index, state) -> {
            switch (state.status()) {
                case PENDING, WAITING -> batch.hold(index, null, course.deadlineAt(state.deadline()));
                case QUEUED -> {
                    batch.hold(index, null, TrackedTask.NEVER);
                    batch.giveUpHeld(index, course.now());
                }
                case RELEASED, DISPATCHED, RUNNING -> {
                    BatchTask _ = batch.takeHeld(index);
                    toLoad.add(index);
                }
                case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                    BatchTask _ = batch.takeHeld(index);
                    batch.endedElsewhere(index, null, state, course.now());
                }
            }
        });
        load(batch, toLoad);
    }

    void load(OpenBatch batch, List<Integer> indexes) {
        if (!indexes.isEmpty()) {
            batch.loading(indexes.size());
            course.decide(new DispatchEffect.Load(batch.id, batch.run, List.copyOf(indexes)));
        }
    }

    /** Starts what the outcomes have made ready. */
    void startReady(OpenBatch batch, Recorded recorded) {
        batch.runEnded(recorded.runEnded());
        List<Integer> toLoad = new ArrayList<>();
        for (int index : recorded.released()) {
            if (!batch.holds(index)) {
                batch.released(index, course.now());
                continue;
            }
            BatchTask row = batch.takeHeld(index);
            if (row == null) {
                toLoad.add(index);
            } else {
                course.decide(new DispatchEffect.NoteLeft(row.taskType(), row.tenant(), row.selectorKey()));
                begin(batch, batch.run, batch.facts, List.of(row.released(course.wallNow())));
                noteHeld(batch, row);
            }
        }
        for (Recorded.Dispatched dispatched : recorded.dispatched()) {
            BatchTask row = batch.takeHeld(dispatched.index());
            if (row == null) {
                toLoad.add(dispatched.index());
                continue;
            }
            course.guard.with(row.taskId(), () -> beginDispatched(batch, row, dispatched));
            noteHeld(batch, row);
        }
        recorded.queued().forEach(index -> batch.giveUpHeld(index, course.now()));
        load(batch, toLoad);
    }

    /** The row of a held task may have been read long ago. */
    private void noteHeld(OpenBatch batch, BatchTask row) {
        if (batch.isHeldPerhapsChanged()) {
            perhapsChanged.add(row.taskId());
        }
    }

    private void beginDispatched(OpenBatch batch, BatchTask row, Recorded.Dispatched dispatched) {
        course.decide(new DispatchEffect.NoteLeft(row.taskType(), row.tenant(), row.selectorKey()));
        TrackedTask task = course.track(batch, batch.run, batch.facts, row, DispatchPhase.STAGED);
        task.agentId = dispatched.agentId();
        task.dispatched(dispatched.attempt(), dispatched.epoch(), 1, course.now());
        AgentQueue agent = course.queues.find(dispatched.agentId());
        if (agent == null || !agent.isPlaceOf(task)) {
            course.move(task, DispatchPhase.WAITING);
            course.returnToBacklog(task);
        } else {
            agent.staged.add(task);
            course.prepare(task, true);
        }
    }
}
