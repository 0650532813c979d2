package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import io.agentorchestrator.workflows.planner.Decision;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The activities of one run, with a store in memory and agents that do as they are told: a task completes, unless it has a
 * script. Roots are released with the start; dependents as soon as they are ready, unless they are held back. Thread-safe.
 */
final class FakeStore implements DispatchActivities, RecordActivities {

    /** What an agent does with one attempt, or what becomes of the batch. */
    enum Step {
        COMPLETE,
        FAIL,
        /** With a code that the policy does not retry. */
        FAIL_FOR_GOOD,
        /** Still running when the batch returns; the next step follows when the test says so. */
        RUN_ON,
        /** Back into the backlog, from where the test has it released. */
        REFUSE,
        /** Runs until it is cancelled. */
        RUN_UNTIL_CANCELLED
    }

    static final String RETRYABLE_CODE = "AGENT_CRASHED";
    static final String FATAL_CODE = "FATAL";

    private final Plan plan;
    private final RunSignals run;
    private final int[][] children;
    private final TaskStatus[] status;
    private final int[] attempt;
    private final int[] waitingOn;
    private final Map<Integer, AttemptEnd> lastEnd = new HashMap<>();
    private final Map<Integer, List<Step>> scripts = new HashMap<>();
    private final TreeSet<Integer> heldBack = new TreeSet<>();
    private final TreeSet<Integer> stopped = new TreeSet<>();
    /** Returned as running: the run hears by notices what becomes of them. */
    private final TreeSet<Integer> watched = new TreeSet<>();

    private final List<BatchRequest> batches = new ArrayList<>();
    private final List<String> codes = new ArrayList<>();
    private final List<Long> backOffs = new ArrayList<>();
    private int workersToDie;
    private boolean paused;
    private boolean setBack;

    private @Nullable RunStatus finished;
    private int finishCalls;

    FakeStore(Plan plan, RunSignals run) {
        this.plan = plan;
        this.run = run;
        this.children = plan.children();
        this.status = new TaskStatus[plan.size()];
        this.attempt = new int[plan.size()];
        this.waitingOn = Arrays.stream(plan.parents()).mapToInt(of -> of.length).toArray();
        for (int task = 0; task < plan.size(); task++) {
            status[task] = waitingOn[task] == 0 ? TaskStatus.RELEASED : TaskStatus.WAITING;
            codes.add("");
        }
    }

    /** From now on it does not know of the run. */
    FakeStore setBack() {
        setBack = true;
        return this;
    }

    FakeStore script(int task, Step... steps) {
        scripts.put(task, new ArrayList<>(List.of(steps)));
        return this;
    }

    /** Tasks whose releases come by signal, when the test gives them. */
    FakeStore holdBack(Integer... tasks) {
        heldBack.addAll(List.of(tasks));
        return this;
    }

    FakeStore workersDieFirst(int times) {
        workersToDie = times;
        return this;
    }

    /** From now on nothing is released. */
    synchronized void pause() {
        paused = true;
    }

    /** The test gives the releases. */
    synchronized void resume() {
        paused = false;
    }

    /**
     * What a run finds that takes over; an attempt that has ended has failed, and may be followed by another.
     *
     * @param attempts by task, those before the one that runs or has ended
     */
    synchronized void found(List<TaskStatus> statuses, List<Integer> attempts) {
        for (int task = 0; task < plan.size(); task++) {
            status[task] = statuses.get(task);
            attempt[task] = attempts.get(task);
            if (status[task] == TaskStatus.COMPLETED) {
                satisfy(task);
            } else if (status[task] == TaskStatus.RUNNING || status[task] == TaskStatus.BACKOFF) {
                attempt[task]++;
                lastEnd.put(task, new AttemptEnd(task, attempt[task], Outcome.FAILED, RETRYABLE_CODE, true));
            }
        }
    }

    synchronized List<Integer> released() {
        return IntStream.range(0, plan.size())
                .filter(task -> status[task] == TaskStatus.RELEASED)
                .boxed()
                .toList();
    }

    /** Releases what was held back; the test tells the run. */
    synchronized List<Integer> releaseHeldBack() {
        List<Integer> releases = heldBack.stream()
                .filter(task -> status[task] == TaskStatus.QUEUED)
                .toList();
        releases.forEach(task -> {
            status[task] = TaskStatus.RELEASED;
            heldBack.remove(task);
        });
        return releases;
    }

    @Override
    public synchronized BatchResult dispatch(BatchRequest batch) {
        batches.add(batch);
        if (setBack) {
            throw ApplicationFailure.newNonRetryableFailure("the store has no such run", RUN_UNKNOWN);
        }
        if (workersToDie > 0) {
            workersToDie--;
            throw new IllegalStateException("this worker dies");
        }
        List<AttemptEnd> ended = new ArrayList<>();
        List<Integer> running = new ArrayList<>();
        List<Integer> notStarted = new ArrayList<>();
        List<Integer> releases = new ArrayList<>();
        List<Integer> all = Stream.concat(batch.tasks().stream(), batch.dependents().stream())
                .toList();
        for (int task : all) {
            switch (status[task]) {
                case RELEASED -> dispatch(task, notStarted);
                case QUEUED, WAITING, PENDING -> notStarted.add(task);
                case DISPATCHED, RUNNING, BACKOFF, COMPLETED, FAILED, CANCELLED -> {}
            }
            if (status[task] == TaskStatus.RUNNING && !watched.contains(task)) {
                proceed(task, releases);
            }
            if (status[task] == TaskStatus.RUNNING) {
                watched.add(task);
                running.add(task);
            } else if (!notStarted.contains(task)) {
                ended.add(Objects.requireNonNull(lastEnd.get(task)));
            }
        }
        releases.removeAll(all);
        return new BatchResult(ended, running, notStarted, releases, endsTheRun());
    }

    synchronized boolean isWatched(int task) {
        return watched.contains(task);
    }

    /** Does the next step of a task that is watched, and has the run told of it. */
    synchronized void takeStep(int task) {
        List<Integer> releases = new ArrayList<>();
        if (nextStep(task) == Step.REFUSE) {
            attempt[task]--;
            refuse(task);
            notifyRun(List.of(), List.of(task));
        } else {
            proceed(task, releases);
        }
        if (status[task] == TaskStatus.RUNNING) {
            return;
        }
        watched.remove(task);
        if (status[task] != TaskStatus.QUEUED) {
            notifyRun(List.of(Objects.requireNonNull(lastEnd.get(task))), List.of());
        }
        if (!releases.isEmpty()) {
            run.release(releases);
        }
    }

    /** Whoever notifies cannot be sure that it was heard. */
    private void notifyRun(List<AttemptEnd> ended, List<Integer> notStarted) {
        RunNotice notice = new RunNotice(ended, notStarted, endsTheRun());
        run.notice(notice);
        run.notice(notice);
    }

    /** As the store does in the transaction that records the last outcome; a run that did not go well is left to the planner. */
    private boolean endsTheRun() {
        boolean allCompleted = Arrays.stream(status).allMatch(TaskStatus.COMPLETED::equals);
        if (allCompleted) {
            finished = RunStatus.COMPLETED;
        }
        return allCompleted;
    }

    private void dispatch(int task, List<Integer> notStarted) {
        if (nextStep(task) == Step.REFUSE) {
            refuse(task);
            notStarted.add(task);
        } else {
            attempt[task]++;
            status[task] = TaskStatus.RUNNING;
        }
    }

    private void refuse(int task) {
        scripts.get(task).removeFirst();
        status[task] = TaskStatus.QUEUED;
        heldBack.add(task);
    }

    private void proceed(int task, List<Integer> releases) {
        Step step = nextStep(task);
        if (step == Step.RUN_UNTIL_CANCELLED) {
            if (stopped.contains(task)) {
                end(task, Outcome.CANCELLED, "");
            }
            return;
        }
        List<Step> script = scripts.get(task);
        if (script != null && !script.isEmpty()) {
            script.removeFirst();
        }
        switch (step) {
            case COMPLETE -> {
                end(task, Outcome.COMPLETED, "");
                releases.addAll(satisfy(task));
            }
            case FAIL -> end(task, Outcome.FAILED, RETRYABLE_CODE);
            case FAIL_FOR_GOOD -> end(task, Outcome.FAILED, FATAL_CODE);
            case RUN_ON, RUN_UNTIL_CANCELLED, REFUSE -> {}
        }
    }

    private Step nextStep(int task) {
        List<Step> script = scripts.getOrDefault(task, List.of());
        return script.isEmpty() ? Step.COMPLETE : script.getFirst();
    }

    private void end(int task, Outcome outcome, String code) {
        codes.set(task, code);
        lastEnd.put(task, new AttemptEnd(task, attempt[task], outcome, code, outcome == Outcome.FAILED));
        status[task] = switch (outcome) {
            case COMPLETED -> TaskStatus.COMPLETED;
            case FAILED -> TaskStatus.BACKOFF;
            case CANCELLED -> TaskStatus.CANCELLED;
        };
    }

    private List<Integer> satisfy(int task) {
        List<Integer> releases = new ArrayList<>();
        for (int child : children[task]) {
            if (--waitingOn[child] == 0 && status[child] == TaskStatus.WAITING) {
                queue(child, releases);
            }
        }
        return releases;
    }

    private void queue(int task, List<Integer> releases) {
        if (paused) {
            heldBack.add(task);
        }
        status[task] = heldBack.contains(task) ? TaskStatus.QUEUED : TaskStatus.RELEASED;
        if (status[task] == TaskStatus.RELEASED) {
            releases.add(task);
        }
    }

    @Override
    public synchronized WriteResult write(WriteRequest request) {
        List<Integer> releases = new ArrayList<>();
        for (Decision.Failure failure : request.failed()) {
            status[failure.task()] = TaskStatus.FAILED;
            codes.set(failure.task(), failure.errorCode());
            if (plan.onFailure() == OnFailure.CONTINUE) {
                releases.addAll(satisfy(failure.task()));
            }
        }
        for (Decision.Cancellation cancellation : request.cancelled()) {
            status[cancellation.task()] = TaskStatus.CANCELLED;
            codes.set(cancellation.task(), cancellation.code());
        }
        for (int task : request.requeued()) {
            if (status[task] == TaskStatus.BACKOFF || status[task] == TaskStatus.RELEASED) {
                queue(task, releases);
            }
        }
        return new WriteResult(releases);
    }

    @Override
    public synchronized void cancelAtAgents(CancelRequest request) {
        stopped.addAll(request.tasks());
        request.tasks().stream().filter(watched::contains).toList().forEach(this::takeStep);
    }

    /** Time is skipped. */
    @Override
    public synchronized void backOff(long millis) {
        backOffs.add(millis);
    }

    /** How long the run had it wait, each time, in milliseconds. */
    synchronized List<Long> backOffs() {
        return List.copyOf(backOffs);
    }

    @Override
    public synchronized void finish(FinishRequest request) {
        finishCalls++;
        finished = request.status();
    }

    /** How often the run had to tell the store of its end. */
    synchronized int finishCalls() {
        return finishCalls;
    }

    synchronized @Nullable RunStatus finished() {
        return finished;
    }

    synchronized TaskStatus status(int task) {
        return status[task];
    }

    synchronized String code(int task) {
        return codes.get(task);
    }

    synchronized int attempts(int task) {
        return attempt[task];
    }

    synchronized List<BatchRequest> batches() {
        return List.copyOf(batches);
    }
}
