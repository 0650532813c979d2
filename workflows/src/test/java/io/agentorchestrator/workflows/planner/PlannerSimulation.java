package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.Plans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One random run, and perhaps the runs that follow when a user has tasks of it run again: a planner in a world of release, agents,
 * workers that die, commands, deadlines and continue-as-new, in which everything takes its time and happens in any order. Checks at
 * every step what must hold of every run.
 */
final class PlannerSimulation {
    private static final int MAX_STEPS = 50_000;
    private static final int MAX_TASKS = 60;
    // Events that arrive again often meet a task where it seldom is only if there are few tasks.
    private static final int FEW_TASKS = 5;
    private static final int MAX_CONTINUATIONS = 3;
    private static final int MAX_LOSSES = 2;
    private static final int MAX_RERUNS = 2;

    private final Random random;
    private final Visits visits;
    private final Plan plan;
    private final PlannerSettings settings;
    private final SimulatedStore store;
    private Planner planner;

    private final List<Event> onTheWay = new ArrayList<>();
    private final LateEvents late;

    private final SimulatedToggles toggles;
    private final SimulatedCancels cancels;
    private final SimulatedDeadlines deadlines;
    private final DecidedEnds decided;
    private final SimulatedAgents agents;
    private final SimulatedActivities activities;
    /** Tasks of which the planner knows that their deadlines have passed. */
    private final BitSet knownToBeLate = new BitSet();
    /** Tasks that do not run again after the run's first end. */
    private final BitSet resting = new BitSet();

    private final int[] ends;
    private RunStatus finish;
    private boolean draining;
    private int commandsLeft;
    private int continuations;
    private int losses;
    private int reruns;
    /** Whether events arrive more than once; in half of the runs they do not, or else repeats would cover up a loss. */
    private final boolean repeating;

    PlannerSimulation(Random random, Visits visits) {
        this.random = random;
        this.visits = visits;
        this.plan = Plans.random(random, random.nextInt(3) == 0 ? MAX_TASKS : FEW_TASKS);
        this.settings =
                new PlannerSettings(PlannerSettings.NEWEST_VERSION, 1 + random.nextInt(10), 1 + random.nextInt(4));
        this.store = new SimulatedStore(plan, random);
        this.ends = new int[plan.size()];
        this.repeating = random.nextBoolean();
        this.toggles = new SimulatedToggles(store, random, repeating);
        this.cancels = new SimulatedCancels(plan.size(), random);
        this.deadlines = new SimulatedDeadlines(plan.size(), random);
        this.agents = new SimulatedAgents(store, deadlines, random);
        this.activities = new SimulatedActivities(store, agents, random);
        this.decided = new DecidedEnds(store, deadlines);
        this.late = new LateEvents(store, deadlines, decided, random);
        this.commandsLeft = random.nextBoolean() ? 0 : random.nextInt(12);
        this.continuations = random.nextBoolean() ? MAX_CONTINUATIONS : random.nextInt(MAX_CONTINUATIONS);
        this.losses = random.nextBoolean() ? 0 : 1 + random.nextInt(MAX_LOSSES);
        this.reruns = random.nextInt(MAX_RERUNS + 1);
        this.planner = planner(PlannerSnapshot.initial(plan.size()));
    }

    private Planner planner(PlannerSnapshot snapshot) {
        return new Planner(plan, settings, (_, _) -> random.nextDouble(), snapshot, this::changed);
    }

    void run() {
        apply(List.of(new Event.Begun()));
        do {
            for (int step = 0; finish == null; step++) {
                assertThat(step).as("steps of a run of %d tasks", plan.size()).isLessThan(MAX_STEPS);
                step();
            }
            assertEnd();
            assertNothingFollows();
        } while (rerun());
    }

    private void step() {
        switch (random.nextInt(22)) {
            case 0, 1 -> release();
            case 2, 3 -> deliver();
            case 4, 5, 6, 7, 8 -> activities.proceedWithBatch().ifPresent(onTheWay::add);
            case 9 -> activities.recordWrite().ifPresent(onTheWay::add);
            case 10 -> activities.stopAtAgents();
            case 11 -> activities.fireTimer().ifPresent(onTheWay::add);
            case 12 -> command();
            case 13 -> tellLate();
            case 14 -> continueAsNew();
            case 15 -> loseRun();
            case 16 -> deadlines.pass();
            case 17 -> deadlines.sweep(store).ifPresent(this::send);
            case 18, 19 -> agents.proceedWithWatched();
            case 20 -> store.notices().deliver().ifPresent(this::send);
            default -> activities.proceedWithZombie();
        }
    }

    private void release() {
        if (store.paused) {
            return;
        }
        List<Integer> released = new ArrayList<>();
        for (int task : store.queued()) {
            if (random.nextInt(3) > 0) {
                store.release(task);
                released.add(task);
            }
        }
        store.lostReleases.stream()
                .filter(task -> store.status(task) == TaskStatus.RELEASED)
                .forEach(released::add);
        store.lostReleases.clear();
        if (!released.isEmpty()) {
            send(new Event.Released(released));
        }
    }

    private void send(Event event) {
        onTheWay.add(event);
        if (repeating && random.nextInt(8) == 0) {
            onTheWay.add(event);
        }
    }

    /** One event, or several at once, in any order. */
    private void deliver() {
        List<Event> batch = new ArrayList<>();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            if (random.nextInt(4) == 0) {
                toggles.deliver().ifPresent(batch::add);
            } else if (!onTheWay.isEmpty()) {
                batch.add(onTheWay.remove(random.nextInt(onTheWay.size())));
            }
        }
        apply(batch);
    }

    private void command() {
        if (store.paused && random.nextInt(planner.tasksIn(TaskPhase.DUE).isEmpty() ? 8 : 40) == 0) {
            toggles.toggle();
        } else if (commandsLeft > 0
                && random.nextInt(planner.tasksIn(TaskPhase.BACKOFF).isEmpty() ? 8 : 3) == 0) {
            commandsLeft--;
            switch (random.nextInt(6)) {
                case 0 -> send(cancels.ofRun());
                case 1, 2 -> send(cancels.ofSomeTasks());
                default -> {
                    if (!store.paused) {
                        toggles.toggle();
                    }
                }
            }
        }
    }

    private void tellLate() {
        if (repeating) {
            late.next(planner).ifPresent(event -> applyNow(List.of(event)));
        }
    }

    private void continueAsNew() {
        if (continuations == 0 || random.nextInt(draining ? 40 : 5) > 0) {
            return;
        }
        if (!draining) {
            draining = true;
            planner.stopDispatching();
            return;
        }
        continuations--;
        draining = false;
        // Signals outlive the execution, what activities and timers were to tell does not.
        for (Event event : List.copyOf(onTheWay)) {
            switch (event) {
                case Event.BatchReturned returned -> {
                    onTheWay.remove(event);
                    returned.releases().forEach(store.lostReleases::set);
                }
                case Event.Written written -> {
                    onTheWay.remove(event);
                    written.releases().forEach(store.lostReleases::set);
                }
                case Event.BackoffOver _ -> onTheWay.remove(event);
                case Event.Begun _,
                        Event.Released _,
                        Event.Noticed _,
                        Event.CancelRequested _,
                        Event.DeadlinePassed _,
                        Event.PauseRequested _,
                        Event.ResumeRequested _ -> {}
            }
        }
        activities.continueAsNew();
        late.continueAsNew();
        byte[] state =
                planner.snapshot(task -> plan.policyFor(task).maxInterval().toMillis() / 2);
        planner = planner(SnapshotCodec.decode(state, plan.size()));
        visits.continuedAsNew();
        apply(List.of(new Event.Begun()));
    }

    /**
     * Temporal knows the run no more: all that was under way is gone with it, and what workers of the lost run record does not
     * count. Another takes the tasks over where the store's rows are, and hears the commands anew.
     */
    private void loseRun() {
        if (losses == 0 || random.nextInt(20) > 0 || store.allEnded()) {
            return;
        }
        losses--;
        IntStream.range(0, plan.size()).forEach(task -> visits.lost(store.status(task)));
        toggles.takenOver();
        resume();
        cancels.rows().forEach(this::send);
        deadlines.rows().forEach(this::send);
    }

    /** A user has some tasks run again, with as many attempts as they had at first; whether there are such tasks. */
    private boolean rerun() {
        BitSet tasks = reruns == 0 ? new BitSet() : new SimulatedRerun(store, random).choose();
        if (tasks.isEmpty()) {
            return false;
        }
        reruns--;
        visits.reran();
        finish = null;
        resting.set(0, plan.size());
        resting.andNot(tasks);
        agents.rerun();
        store.rerun(tasks);
        deadlines.rerun(tasks);
        cancels.rerun();
        toggles.rerun();
        resume();
        return true;
    }

    /** Another run begins with the tasks where they are. */
    private void resume() {
        draining = false;
        activities.end();
        onTheWay.clear();
        late.clear();
        store.beginRun();
        knownToBeLate.clear();
        decided.beginAnew();
        List<TaskPhase> phases = new ArrayList<>();
        for (int task = 0; task < plan.size(); task++) {
            phases.add(TaskPhase.taking(store.status(task)));
            ends[task] = store.status(task).isTerminal() ? 1 : 0;
        }
        byte[] state = Planner.resumption(phases, store.attemptBases(), store.paused);
        planner = planner(SnapshotCodec.decode(state, plan.size()));
        apply(List.of(new Event.Begun()));
    }

    private void apply(List<Event> events) {
        events.forEach(late::add);
        applyNow(events);
    }

    private void applyNow(List<Event> events) {
        if (!events.isEmpty()) {
            visits.visit(planner, events.getFirst(), decided::of);
        }
        for (Event event : events) {
            if (event instanceof Event.DeadlinePassed(List<Integer> tasks)) {
                tasks.forEach(knownToBeLate::set);
            }
        }
        boolean repeats = events.contains(new Event.Begun());
        carryOut(planner.on(events), repeats);
        if (toggles.areHeardOf()) {
            assertThat(planner.isPaused()).isEqualTo(store.paused);
            if (store.paused) {
                assertThat(planner.tasksIn(TaskPhase.READY))
                        .as("kept while paused")
                        .isEmpty();
            }
        }
    }

    /** @param repeats whether waits may be what was left of them before continue-as-new */
    private void carryOut(List<Decision> decisions, boolean repeats) {
        for (Decision decision : decisions) {
            assertThat(finish).as("no decision after the end").isNull();
            switch (decision) {
                case Decision.DispatchBatch batch -> dispatch(batch);
                case Decision.Write write -> {
                    decided.add(write);
                    activities.write(write);
                }
                case Decision.CancelAtAgents stop -> activities.stop(stop);
                case Decision.Backoff backoff -> {
                    RetryPolicy policy = plan.policyFor(backoff.task());
                    int attempt = store.countedAttempts(backoff.task());
                    assertThat(backoff.delay())
                            .isBetween(
                                    repeats ? Duration.ZERO : policy.delayAfter(attempt, 0),
                                    repeats ? policy.maxInterval() : policy.delayAfter(attempt, 1));
                    activities.time(backoff);
                }
                case Decision.Finish end -> finish = end.status();
            }
        }
    }

    private void dispatch(Decision.DispatchBatch batch) {
        assertThat(draining).as("dispatches after it was told to stop").isFalse();
        assertThat(batch.tasks()).doesNotHaveDuplicates().hasSizeBetween(1, settings.maxBatchSize());
        assertThat(batch.priority().key())
                .isEqualTo(batch.tasks().stream()
                        .mapToInt(t -> plan.priorities()[t])
                        .min()
                        .orElseThrow());
        assertThat(Stream.concat(batch.tasks().stream(), batch.dependents().stream()))
                .hasSizeLessThanOrEqualTo(Limits.MAX_BATCH_SIZE)
                .allMatch(task -> planner.phaseOf(task) == TaskPhase.IN_BATCH);
        activities.dispatch(batch);
        long pending = activities.batchesInFlight()
                + onTheWay.stream()
                        .filter(Event.BatchReturned.class::isInstance)
                        .count();
        assertThat(pending).as("batches in flight").isLessThanOrEqualTo(settings.maxBatchesInFlight());
    }

    private void changed(int task, TaskPhase from, TaskPhase to) {
        visits.changed(from, to);
        if (from != TaskPhase.DETACHED && to == TaskPhase.IN_BATCH) {
            assertThat(planner.isPaused())
                    .as("dispatches %d although paused", task)
                    .isFalse();
            assertThat(knownToBeLate.get(task))
                    .as("dispatches %d too late", task)
                    .isFalse();
        }
        if (to.isTerminal()) {
            ends[task]++;
        }
    }

    private void assertEnd() {
        activities.assertNothingIsLeft();
        assertThat(ends).containsOnly(1);
        boolean anyFailed = false;
        boolean anyCancelled = false;
        for (int task = 0; task < plan.size(); task++) {
            assertThat(planner.phaseOf(task).name())
                    .isEqualTo(store.status(task).name());
            decided.assertAgree(task, planner.phaseOf(task));
            if (!resting.get(task)) {
                store.assertReason(task, cancels.isRequested(task), decided.isAnyFailureLost());
            }
            anyFailed |= store.status(task) == TaskStatus.FAILED;
            anyCancelled |= store.status(task) == TaskStatus.CANCELLED;
        }
        if (!anyCancelled) {
            assertThat(finish).isEqualTo(anyFailed ? RunStatus.FAILED : RunStatus.COMPLETED);
        } else if (!cancels.isRunRequested()) {
            assertThat(finish).isEqualTo(anyFailed ? RunStatus.FAILED : RunStatus.CANCELLED);
        }
        assertThat(planner.counts().ended()).isEqualTo(plan.size());
    }

    /** Whatever still arrives, or arrives again, changes nothing. */
    private void assertNothingFollows() {
        PlannerCounts counts = planner.counts();
        for (Event event : late.afterTheEnd()) {
            visits.visit(planner, event, decided::of);
            assertThat(planner.on(event)).as("what follows %s", event).isEmpty();
        }
        assertThat(planner.counts()).isEqualTo(counts);
    }
}
