package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.Jitter;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
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
    private final PrefetchedDependents following;
    private final Settlements settlements;
    private final TaskCompletion endings;
    private final Deadlines deadlines;
    private final Attempts attempts;
    private final Backoffs backoffs;

    private final Releases releases;
    /** Tasks in batches that a notice has told of: if their batch left them running, it knew less. */
    private final BitSet noticedAhead = new BitSet();

    private boolean begun;
    private boolean paused;
    /** The first settlement that can only have been asked for since the pause. */
    private int firstSettlementOfPause;

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
        this.following = new PrefetchedDependents(plan, topology.children(), phases);
        this.batches = new Batches(plan, settings, snapshot.nextBatch());
        this.settlements = new Settlements(snapshot.nextSettlement(), snapshot.unanswered());
        this.attempts = new Attempts(plan, snapshot.attemptBases(), snapshot.failedAttempts());
        this.backoffs = new Backoffs(attempts, jitter, snapshot.backoffLeftMillis());
        this.endings = new TaskCompletion(plan, topology.children(), phases, settlements, snapshot);
        this.deadlines = new Deadlines(phases, endings, topology.level(), snapshot.expired());
        this.releases = new Releases(phases, settlements, snapshot.releasedAhead());
        this.paused = snapshot.paused();
        this.firstSettlementOfPause = snapshot.nextSettlement();
    }

    /**
     * The planner of a run that goes on after continue-as-new. The first event it sees is {@link Event.Begun}, upon which it
     * repeats what was under way.
     *
     * @param snapshot of the planner before
     * @throws IllegalArgumentException if the snapshot cannot be read or belongs to another plan
     */
    public static Planner restore(Plan plan, PlannerSettings settings, Jitter jitter, byte[] snapshot) {
        return new Planner(plan, settings, jitter, PlannerSnapshot.decode(snapshot, plan.size()), (_, _, _) -> {});
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
        return PlannerSnapshot.takingOver(phases, attemptBases, paused).encode();
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
        decisions.addAll(settlements.flush());
        decisions.addAll(endings.flush());
        decisions.addAll(backoffs.flush());
        decisions.addAll(batches.cut(candidates(), this::takenAlong));
        for (Decision decision : decisions) {
            if (decision instanceof Decision.DispatchBatch batch) {
                batch.tasks().forEach(task -> phases.move(task, TaskPhase.IN_BATCH));
                batch.following().forEach(task -> phases.move(task, TaskPhase.IN_BATCH));
            }
        }
        if (!finished && phases.allEnded() && settlements.allAnswered()) {
            finished = true;
            decisions.add(new Decision.Finish(endings.runStatus()));
        }
        return decisions;
    }

    /** No further batches: the run is about to continue as new. What comes in is still folded. */
    public void stopDispatching() {
        dispatching = false;
    }

    /** Tells whether nothing is under way that a snapshot would have to repeat. Tasks that are watched do not need this execution. */
    public boolean isQuiet() {
        return batches.isEmpty() && settlements.allAnswered();
    }

    /**
     * The state, for {@link #restore}. Tasks in batches go into batches again there.
     *
     * @param backoffLeftMillis for a task that waits for its next attempt: how long it still has to
     */
    public byte[] snapshot(IntToLongFunction backoffLeftMillis) {
        return PlannerSnapshot.of(
                        phases, releases, batches, settlements, endings, deadlines, attempts, paused, backoffLeftMillis)
                .encode();
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
                handBack();
            }
            case Event.BatchReturned returned -> batchReturned(returned);
            case Event.Noticed noticed -> noticed(noticed);
            case Event.Settled settled -> settled(settled);
            case Event.BackoffOver over -> backoffOver(over.task());
            case Event.CancelRequested cancel -> endings.cancelByRequest(cancel);
            case Event.DeadlinePassed passed -> deadlines.pass(passed.tasks());
            case Event.PauseRequested _ -> pause();
            case Event.ResumeRequested _ -> resume();
        }
    }

    /** Repeats what the run before was about to do; of a run that has just started that is nothing. */
    private void begin(List<Decision> decisions) {
        if (!begun) {
            begun = true;
            decisions.addAll(settlements.unanswered());
            backoffs.repeat();
            endings.repeatCancelAtAgents();
            if (takenOver) {
                endings.drawConsequences();
            }
            handBack();
        }
    }

    private void batchReturned(Event.BatchReturned returned) {
        int[] batch = batches.take(returned.batch());
        if (batch == null) {
            return;
        }
        BitSet open = new BitSet();
        Arrays.stream(batch).forEach(open::set);
        // First what was taken along and is back where it was: it ends with what it depends on, if that has failed.
        notStarted(returned.notStarted(), open);
        ended(returned.ended(), open);
        stillRunning(returned.running(), open);
        // What the activity says nothing of: the next batch will find out.
        open.stream().forEach(task -> isOut(task, TaskPhase.DETACHED));
        Arrays.stream(batch).forEach(noticedAhead::clear);
        releases.release(returned.releases());
        handBack();
    }

    private void ended(List<AttemptEnd> ends, BitSet open) {
        for (AttemptEnd end : ends) {
            if (open.get(end.task())) {
                open.clear(end.task());
                releases.forget(end.task());
                attemptEnded(end);
            }
        }
    }

    private void notStarted(List<Integer> tasks, BitSet open) {
        for (int task : tasks) {
            if (open.get(task)) {
                open.clear(task);
                notStarted(task);
            }
        }
    }

    private void stillRunning(List<Integer> tasks, BitSet open) {
        for (int task : tasks) {
            if (open.get(task)) {
                open.clear(task);
                isOut(task, noticedAhead.get(task) ? TaskPhase.DETACHED : TaskPhase.WATCHED);
            }
        }
    }

    private void isOut(int task, TaskPhase phase) {
        releases.forget(task);
        phases.move(task, phase);
        endings.repeatCancelAtAgent(task);
    }

    private void noticed(Event.Noticed noticed) {
        for (AttemptEnd end : noticed.ended()) {
            if (phases.of(end.task()) == TaskPhase.WATCHED && attempts.isNews(end)) {
                attemptEnded(end);
            } else {
                lookAgain(end.task());
            }
        }
        // These are not taken at their word: told late, it could be of a time before the task was dispatched again.
        noticed.notStarted().forEach(this::lookAgain);
    }

    /** Has the next batch find out where a task is that this run believes to be out. */
    private void lookAgain(int task) {
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
            case COMPLETED -> endings.completed(task);
            case CANCELLED -> endings.cancelledAtAgent(task);
            case FAILED -> {
                if (!attempts.allowAnother(end)) {
                    endings.failed(new Decision.Failure(task, end.attempt(), end.errorCode()));
                } else if (!isNotToGoOn(task, end.attempt())) {
                    phases.move(task, TaskPhase.BACKOFF);
                    backoffs.after(end);
                }
            }
        }
    }

    private void notStarted(int task) {
        if (isNotToGoOn(task, /* attempt= */ 0)) {
            releases.forget(task);
        } else {
            releases.returned(task);
        }
    }

    /** Ends a task that is not to go on, if so; returns whether it has. A cancellation goes before a deadline that has passed. */
    private boolean isNotToGoOn(int task, int attempt) {
        return endings.cancelledInsteadOfAnotherAttempt(task) || deadlines.failedInsteadOfGoingOn(task, attempt);
    }

    private void settled(Event.Settled settled) {
        Decision.Settle settle = settlements.answered(settled.settlement());
        if (settle == null) {
            return;
        }
        releases.requeued(settle.requeued());
        handBack();
        releases.release(settled.releases());
        // The store releases nothing in a paused run: it must have been resumed, and what it releases is kept until
        // that is
        // heard of. To hand it back would have it released again, and so on.
        if (settled.settlement() < firstSettlementOfPause) {
            handBack();
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
        firstSettlementOfPause = settlements.nextSettlement();
        handBack();
    }

    /** Puts the released tasks of a paused run back into the backlog, lest they hold capacity. */
    private void handBack() {
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

    private List<Integer> takenAlong(int[] tasks) {
        return !paused ? following.of(tasks, Limits.MAX_BATCH_SIZE - tasks.length) : List.of();
    }

    private void check(int task) {
        if (task < 0 || task >= phases.size()) {
            throw new IllegalArgumentException(
                    "task " + task + " is not in this plan, whose tasks are 0 to " + (phases.size() - 1));
        }
    }
}
