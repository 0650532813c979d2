package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.Jitter;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Decides what happens next in a run. It folds events into state and returns decisions; the same events give the same
 * decisions, so that it can be replayed from history. It knows tasks by index, and no time: whoever carries decisions out
 * tells it, by events, what came of them.
 *
 * <p>Events that are late, repeated or of tasks that have moved on change nothing; only an index out of range is refused. A
 * released task is dispatched without looking at its dependencies: that they are satisfied is for PostgreSQL to know, and a release
 * may overtake the result that says so.
 *
 * <p>Not thread-safe.
 */
public final class Planner {
    private final boolean takenOver;
    private final TaskPhases phases;
    private final Batches batches;
    private final PrefetchedDependents dependents;
    private final PendingWrites writes;
    private final TaskCompletion completion;
    private final Deadlines deadlines;
    private final Attempts attempts;
    private final Backoffs backoffs;

    private final Releases releases;
    /** Tasks in batches that a notice has told of: if their batch left them running, it knew less. */
    private final BitSet noticedAhead = new BitSet();

    private boolean begun;
    private boolean paused;
    /** The first write that can only have been asked for since the pause. */
    private int firstWriteOfPause;

    private boolean dispatching = true;
    private boolean finished;

    /**
     * The planner of a run that begins.
     *
     * @param jitter deterministic, where the planner is to be
     */
    public Planner(Plan plan, PlannerSettings settings, Jitter jitter) {
        this(plan, settings, jitter, PlannerSnapshot.initial(plan.size()), (_, _, _) -> {});
    }

    Planner(
            Plan plan,
            PlannerSettings settings,
            Jitter jitter,
            PlannerSnapshot snapshot,
            TaskPhases.Listener listener) {
        Topology topology = Topology.of(plan.parents());
        if (plan.size() == 0 || !topology.isAcyclic()) {
            throw new IllegalArgumentException("a plan has at least one task, and no cycle");
        }
        this.takenOver = snapshot.takenOver();
        this.phases = new TaskPhases(new DispatchOrder(plan, topology), snapshot.phases(), listener);
        this.dependents = new PrefetchedDependents(plan, topology.children(), phases);
        this.batches = new Batches(plan, settings, snapshot.nextBatch());
        this.writes = new PendingWrites(snapshot);
        this.attempts = new Attempts(plan, snapshot.attemptBases(), snapshot.failedAttempts());
        this.backoffs = new Backoffs(attempts, jitter, snapshot.backoffLeftMillis());
        this.completion = new TaskCompletion(plan, topology.children(), phases, writes, snapshot);
        this.deadlines = new Deadlines(phases, completion, topology.level(), snapshot.pastDeadline());
        this.releases = new Releases(phases, writes, snapshot.releasedAhead());
        this.paused = snapshot.paused();
        this.firstWriteOfPause = snapshot.nextWrite();
    }

    /**
     * The planner of a run that goes on after continue-as-new. The first event it sees is {@link Event.Begun}, upon which it
     * repeats what was under way.
     *
     * @param snapshot of the planner before
     * @throws IllegalArgumentException if the snapshot cannot be read or belongs to another plan
     */
    public static Planner restore(Plan plan, PlannerSettings settings, Jitter jitter, byte[] snapshot) {
        return new Planner(plan, settings, jitter, SnapshotCodec.decode(snapshot, plan.size()), (_, _, _) -> {});
    }

    /**
     * A snapshot for a run that goes on with tasks where the store says they are: one that takes over from a run that was lost, or
     * one in which a user has tasks of an ended run run again. Upon {@link Event.Begun} it also draws the consequences of ends
     * that a lost run may have had no time for: what depends on a task that failed or was cancelled does not run. So a task that
     * runs again has no such dependency but among those that run again (a failed one is none where on_failure is CONTINUE); and
     * where it is FAIL_FAST, no task is left failed. Whoever chooses the tasks sees to that.
     *
     * @param phases by task, as {@link TaskPhase#taking} gives them
     * @param attemptBases by task, the attempts from before a user had it run again: policies do not count them. None means 0 for
     *     every task
     * @throws IllegalArgumentException if a phase is none of those, or the bases are not one for each task, 0 or more
     */
    public static byte[] resumption(List<TaskPhase> phases, List<Integer> attemptBases, boolean paused) {
        return SnapshotCodec.encode(PlannerSnapshot.takingOver(phases, attemptBases, paused));
    }

    /** Folds one event. */
    public List<Decision> on(Event event) {
        return on(List.of(event));
    }

    /** Folds events that are known at the same time, in this order, and decides once for all of them. */
    public List<Decision> on(List<Event> events) {
        events.forEach(event -> event.named().forEach(this::check));
        List<Decision> decisions = new ArrayList<>();
        for (Event event : events) {
            fold(event, decisions);
        }
        decisions.addAll(writes.flush());
        decisions.addAll(completion.flush());
        decisions.addAll(backoffs.flush());
        decisions.addAll(batches.cut(candidates(), this::prefetched));
        for (Decision decision : decisions) {
            if (decision instanceof Decision.DispatchBatch batch) {
                batch.tasks().forEach(task -> phases.move(task, TaskPhase.IN_BATCH));
                batch.dependents().forEach(task -> phases.move(task, TaskPhase.IN_BATCH));
            }
        }
        if (!finished && phases.allEnded() && writes.isEmpty()) {
            finished = true;
            decisions.add(new Decision.Finish(completion.runStatus()));
        }
        return decisions;
    }

    /** No further batches: the run is about to continue as new. What comes in is still folded. */
    public void stopDispatching() {
        dispatching = false;
    }

    /** Tells whether nothing is under way that a snapshot would have to repeat. Tasks that are watched do not need this execution. */
    public boolean isQuiet() {
        return batches.isEmpty() && writes.isEmpty();
    }

    /**
     * The state, for {@link #restore}. Tasks in batches go into batches again there.
     *
     * @param backoffLeftMillis for a task that waits for its next attempt: how long it still has to
     */
    public byte[] snapshot(IntToLongFunction backoffLeftMillis) {
        Map<Integer, Long> left = new TreeMap<>();
        for (int task : phases.in(TaskPhase.BACKOFF)) {
            left.put(task, Math.max(0, backoffLeftMillis.applyAsLong(task)));
        }
        return SnapshotCodec.encode(new PlannerSnapshot(
                phases.outsideBatches(),
                releases.requeuingAhead(),
                batches.nextBatch(),
                writes.next(),
                paused,
                completion.isRunCancelled(),
                writes.pending(),
                completion.cancelling(),
                left,
                deadlines.passedAtAgents(),
                attempts.bases(),
                attempts.failed(),
                false));
    }

    public PlannerCounts counts() {
        return new PlannerCounts(
                phases.count(TaskPhase.WAITING) + phases.count(TaskPhase.REQUEUING),
                phases.count(TaskPhase.READY),
                phases.count(TaskPhase.IN_BATCH) + phases.count(TaskPhase.DETACHED),
                phases.count(TaskPhase.WATCHED),
                phases.count(TaskPhase.BACKOFF) + phases.count(TaskPhase.DUE),
                phases.count(TaskPhase.COMPLETED),
                phases.count(TaskPhase.FAILED),
                phases.count(TaskPhase.CANCELLED));
    }

    /** The tasks in a phase, by index, ascending. */
    public List<Integer> tasksIn(TaskPhase phase) {
        return Arrays.stream(phases.in(phase)).boxed().toList();
    }

    public boolean isPaused() {
        return paused;
    }

    TaskPhase phaseOf(int task) {
        return phases.of(task);
    }

    private void fold(Event event, List<Decision> decisions) {
        switch (event) {
            case Event.Begun _ -> begin(decisions);
            case Event.Released released -> {
                releases.release(released.tasks());
                requeueReady();
            }
            case Event.BatchReturned returned -> batchReturned(returned);
            case Event.Noticed noticed -> noticed(noticed);
            case Event.Written written -> written(written);
            case Event.BackoffOver over -> backoffOver(over.task());
            case Event.CancelRequested cancel -> completion.cancelByRequest(cancel);
            case Event.DeadlinePassed passed -> deadlines.pass(passed.tasks());
            case Event.PauseRequested _ -> pause();
            case Event.ResumeRequested _ -> resume();
        }
    }

    /** Repeats what the run before was about to do; of a run that has just started that is nothing. */
    private void begin(List<Decision> decisions) {
        if (!begun) {
            begun = true;
            decisions.addAll(writes.pending());
            backoffs.repeat();
            completion.repeatCancelAtAgents();
            if (takenOver) {
                completion.drawConsequences();
            }
            requeueReady();
        }
    }

    private void batchReturned(Event.BatchReturned returned) {
        int[] batch = batches.take(returned.batch());
        if (batch == null) {
            return;
        }
        BitSet open = new BitSet();
        Arrays.stream(batch).forEach(open::set);
        // First the dependents that are back where they were: they end with what they depend on, if that has failed.
        for (int task : returned.notStarted()) {
            if (take(open, task)) {
                notStarted(task);
            }
        }
        for (AttemptEnd end : returned.ended()) {
            if (take(open, end.task())) {
                releases.forget(end.task());
                attemptEnded(end);
            }
        }
        for (int task : returned.running()) {
            if (take(open, task)) {
                leave(task, noticedAhead.get(task) ? TaskPhase.DETACHED : TaskPhase.WATCHED);
            }
        }
        // What the activity says nothing of: the next batch will find out.
        open.stream().forEach(task -> leave(task, TaskPhase.DETACHED));
        Arrays.stream(batch).forEach(noticedAhead::clear);
        releases.release(returned.releases());
        requeueReady();
    }

    private static boolean take(BitSet open, int task) {
        boolean taken = open.get(task);
        open.clear(task);
        return taken;
    }

    /** The task is out of its batch, and perhaps at an agent. */
    private void leave(int task, TaskPhase phase) {
        releases.forget(task);
        phases.move(task, phase);
        completion.repeatCancelAtAgent(task);
    }

    private void noticed(Event.Noticed noticed) {
        for (AttemptEnd end : noticed.ended()) {
            if (phases.of(end.task()) == TaskPhase.WATCHED && attempts.isNews(end)) {
                attemptEnded(end);
            } else {
                refresh(end.task());
            }
        }
        // These are not taken at their word: told late, it could be of a time before the task was dispatched again.
        noticed.notStarted().forEach(this::refresh);
    }

    /** Has the next batch find out where a task is that this run believes to be out. */
    private void refresh(int task) {
        TaskPhase phase = phases.of(task);
        if (phase == TaskPhase.WATCHED) {
            phases.move(task, TaskPhase.DETACHED);
        } else if (phase == TaskPhase.IN_BATCH) {
            noticedAhead.set(task);
        }
    }

    private void attemptEnded(AttemptEnd end) {
        int task = end.task();
        switch (end.outcome()) {
            case COMPLETED -> completion.completed(task);
            case CANCELLED -> completion.cancelledAtAgent(task);
            case FAILED -> {
                if (!attempts.allowAnother(end)) {
                    completion.failed(new Decision.Failure(task, end.attempt(), end.errorCode()));
                } else if (!endInstead(task, end.attempt())) {
                    phases.move(task, TaskPhase.BACKOFF);
                    backoffs.after(end);
                }
            }
        }
    }

    private void notStarted(int task) {
        if (endInstead(task, /* attempt= */ 0)) {
            releases.forget(task);
        } else {
            releases.returned(task);
        }
    }

    /** Ends a task that is not to go on, if so; returns whether it has. A cancellation goes before a deadline that has passed. */
    private boolean endInstead(int task, int attempt) {
        return completion.cancelInstead(task) || deadlines.failInstead(task, attempt);
    }

    private void written(Event.Written written) {
        Decision.Write write = writes.take(written.number());
        if (write == null) {
            return;
        }
        releases.requeued(write.requeued());
        requeueReady();
        releases.release(written.releases());
        // The store releases nothing in a paused run: it must have been resumed, and what it releases is kept until
        // that is
        // heard of. To hand it back would have it released again, and so on.
        if (written.number() < firstWriteOfPause) {
            requeueReady();
        }
    }

    private void backoffOver(int task) {
        if (phases.of(task) != TaskPhase.BACKOFF) {
            return;
        }
        if (paused) {
            phases.move(task, TaskPhase.DUE);
        } else {
            releases.requeue(task);
        }
    }

    private void pause() {
        paused = true;
        firstWriteOfPause = writes.next();
        requeueReady();
    }

    /** Puts the released tasks of a paused run back into the backlog, lest they hold capacity. */
    private void requeueReady() {
        if (paused) {
            Arrays.stream(phases.in(TaskPhase.READY)).forEach(releases::requeue);
        }
    }

    private void resume() {
        paused = false;
        Arrays.stream(phases.in(TaskPhase.DUE)).forEach(releases::requeue);
    }

    /** The tasks that may go into batches now, best first: those to be looked at go before those to be dispatched. */
    private int[] candidates() {
        int room = dispatching ? batches.room() : 0;
        if (room == 0) {
            return new int[0];
        }
        IntStream detached = Arrays.stream(phases.in(TaskPhase.DETACHED));
        IntStream candidates = paused ? detached : IntStream.concat(detached, phases.ready());
        return candidates.limit(room).toArray();
    }

    private List<Integer> prefetched(int[] tasks) {
        return !paused ? dependents.of(tasks, Limits.MAX_BATCH_SIZE - tasks.length) : List.of();
    }

    private void check(int task) {
        if (task < 0 || task >= phases.size()) {
            throw new IllegalArgumentException(
                    "task " + task + " is not in this plan, whose tasks are 0 to " + (phases.size() - 1));
        }
    }
}
