package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.Plans;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One random run: a planner in a world of release, agents, workers that die, commands and continue-as-new, in which everything
 * takes its time and happens in any order. Checks at every step what must hold of every run.
 */
final class PlannerSimulation {
    private static final int MAX_STEPS = 50_000;
    private static final int MAX_CONTINUATIONS = 3;
    private static final int MAX_LOSSES = 2;

    private final Random random;
    private final Visits visits;
    private final Plan plan;
    private final PlannerSettings settings;
    private final SimulatedStore store;
    private Planner planner;

    private final List<SimulatedLot> lots = new ArrayList<>();
    /** Lots that were pending at continue-as-new, whose workers do not know it yet. */
    private final List<SimulatedLot> zombies = new ArrayList<>();

    private final List<Decision.Settle> settles = new ArrayList<>();
    private final List<Decision.CancelAtAgents> cancels = new ArrayList<>();
    private final List<Integer> timers = new ArrayList<>();
    private final List<Event> onTheWay = new ArrayList<>();
    private final List<Event> past = new ArrayList<>();

    /** As the store keeps them, for runs that take over. */
    private final List<Event> cancelCommands = new ArrayList<>();

    private final SimulatedToggles toggles;
    private final BitSet toBeStopped = new BitSet();
    private final BitSet cancelRequested = new BitSet();
    private final int[] ends;
    private RunStatus finish;
    private boolean runCancelRequested;
    private boolean draining;
    private int commandsLeft;
    private int continuations;
    private int losses;
    /** Whether events arrive more than once; in half of the runs they do not, or else repeats would cover up a loss. */
    private final boolean repeating;

    PlannerSimulation(Random random, Visits visits) {
        this.random = random;
        this.visits = visits;
        this.plan = Plans.random(random, 60);
        this.settings = new PlannerSettings(
                1 + random.nextInt(PlannerSettings.NEWEST_VERSION), 1 + random.nextInt(10), 1 + random.nextInt(4));
        this.store = new SimulatedStore(plan, random);
        this.ends = new int[plan.size()];
        this.repeating = random.nextBoolean();
        this.toggles = new SimulatedToggles(store, random, repeating);
        this.commandsLeft = random.nextBoolean() ? 0 : random.nextInt(8);
        this.continuations = random.nextBoolean() ? MAX_CONTINUATIONS : random.nextInt(MAX_CONTINUATIONS);
        this.losses = random.nextBoolean() ? 0 : 1 + random.nextInt(MAX_LOSSES);
        this.planner =
                new Planner(plan, settings, random::nextDouble, PlannerSnapshot.initial(plan.size()), this::changed);
    }

    void run() {
        tell(List.of(new Event.Begun()));
        for (int step = 0; finish == null; step++) {
            assertThat(step).as("steps of a run of %d tasks", plan.size()).isLessThan(MAX_STEPS);
            step();
        }
        assertEnd();
    }

    private void step() {
        switch (random.nextInt(17)) {
            case 0, 1 -> release();
            case 2, 3 -> deliver();
            case 4, 5, 6, 7, 8 -> proceedWithLot();
            case 9 -> settle();
            case 10 -> cancelAtAgents();
            case 11 -> fireTimer();
            case 12 -> command();
            case 13 -> tellAgain();
            case 14 -> continueAsNew();
            case 15 -> loseRun();
            default -> zombie();
        }
    }

    private void release() {
        if (store.paused) {
            return;
        }
        List<Integer> granted = new ArrayList<>();
        for (int task : store.queued()) {
            if (random.nextInt(3) > 0) {
                store.grant(task);
                granted.add(task);
            }
        }
        store.lostGrants.stream()
                .filter(task -> store.status(task) == TaskStatus.GRANTED)
                .forEach(granted::add);
        store.lostGrants.clear();
        if (!granted.isEmpty()) {
            send(new Event.Granted(granted));
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
        tell(batch);
    }

    private void proceedWithLot() {
        if (lots.isEmpty()) {
            return;
        }
        SimulatedLot lot = lots.get(random.nextInt(lots.size()));
        for (int i = 0; i < lot.tasks.size(); i++) {
            lot.step();
        }
        if (random.nextInt(30) == 0) {
            lot.retry();
        } else if (lot.isDone() || (lot.canReturn() && random.nextInt(4) == 0)) {
            lots.remove(lot);
            onTheWay.add(lot.result());
        }
    }

    private void settle() {
        if (!settles.isEmpty()) {
            Decision.Settle settle = settles.get(random.nextInt(settles.size()));
            if (random.nextInt(6) == 0) {
                // Recorded, but the worker dies before it can say so: the activity is retried.
                store.settle(settle).forEach(store.lostGrants::set);
                return;
            }
            settles.remove(settle);
            onTheWay.add(new Event.Settled(settle.settlement(), store.settle(settle)));
        }
    }

    private void cancelAtAgents() {
        if (!cancels.isEmpty()) {
            for (int task : cancels.remove(random.nextInt(cancels.size())).tasks()) {
                if (store.status(task) == TaskStatus.RUNNING) {
                    toBeStopped.set(task);
                } else if (store.status(task) == TaskStatus.GRANTED && random.nextBoolean()) {
                    store.cancelGranted(task);
                }
            }
        }
    }

    private void fireTimer() {
        if (!timers.isEmpty()) {
            onTheWay.add(new Event.BackoffOver(timers.remove(/* index */ random.nextInt(timers.size()))));
        }
    }

    private void command() {
        if (store.paused && random.nextInt(8) == 0) {
            toggles.toggle();
        } else if (commandsLeft > 0 && random.nextInt(12) == 0) {
            commandsLeft--;
            switch (random.nextInt(4)) {
                case 0 -> {
                    runCancelRequested = true;
                    cancel(new Event.CancelRequested(List.of(), "CANCELLED", "enough"));
                }
                case 1 -> {
                    int[] tasks = random.ints(2, 0, plan.size()).distinct().toArray();
                    IntStream.of(tasks).forEach(cancelRequested::set);
                    cancel(new Event.CancelRequested(IntStream.of(tasks).boxed().toList(), "CANCELLED", "not these"));
                }
                default -> {
                    if (!store.paused) {
                        toggles.toggle();
                    }
                }
            }
        }
    }

    private void cancel(Event.CancelRequested request) {
        cancelCommands.add(request);
        send(request);
    }

    /** Something arrives that has arrived before. */
    private void tellAgain() {
        if (repeating && !past.isEmpty() && random.nextInt(3) == 0) {
            Event event = past.get(random.nextInt(past.size()));
            if (!(event instanceof Event.PauseRequested || event instanceof Event.ResumeRequested)) {
                tell(List.of(event));
            }
        }
    }

    private void continueAsNew() {
        if (continuations == 0 || random.nextInt(10) > 0) {
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
                case Event.LotReturned returned -> {
                    onTheWay.remove(event);
                    returned.grants().forEach(store.lostGrants::set);
                }
                case Event.Settled settled -> {
                    onTheWay.remove(event);
                    settled.grants().forEach(store.lostGrants::set);
                }
                case Event.BackoffOver _ -> onTheWay.remove(event);
                default -> {}
            }
        }
        zombies.addAll(lots);
        lots.clear();
        settles.clear();
        cancels.clear();
        timers.clear();
        past.removeIf(event -> !(event instanceof Event.Granted));
        PlannerSnapshot snapshot = PlannerSnapshot.decode(
                planner.snapshot(task -> plan.policyFor(task).maxInterval().toMillis() / 2), plan.size());
        planner = new Planner(plan, settings, random::nextDouble, snapshot, this::changed);
        visits.continuedAsNew();
        tell(List.of(new Event.Begun()));
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
        draining = false;
        List.of(lots, zombies, settles, cancels, timers, onTheWay, past).forEach(List::clear);
        store.lostGrants.clear();
        List<TaskPhase> phases = new ArrayList<>();
        for (int task = 0; task < plan.size(); task++) {
            visits.lost(store.status(task));
            phases.add(TaskPhase.taking(store.status(task)));
            ends[task] = store.status(task).isTerminal() ? 1 : 0;
        }
        byte[] state = Planner.resumption(phases, store.paused);
        planner = new Planner(
                plan, settings, random::nextDouble, PlannerSnapshot.decode(state, plan.size()), this::changed);
        toggles.takenOver();
        tell(List.of(new Event.Begun()));
        cancelCommands.forEach(this::send);
    }

    /** A worker that has not heard of continue-as-new goes on for a while; what it records counts. */
    private void zombie() {
        if (!zombies.isEmpty()) {
            SimulatedLot zombie = zombies.get(random.nextInt(zombies.size()));
            zombie.stepAsZombie();
            if (random.nextInt(4) == 0) {
                zombies.remove(zombie);
            }
        }
    }

    private void tell(List<Event> events) {
        for (Event event : events) {
            visits.visit(planner, event);
            past.add(event);
        }
        carryOut(planner.on(events));
        if (toggles.areHeardOf()) {
            assertThat(planner.isPaused()).isEqualTo(store.paused);
            if (store.paused && settings.handsBackWhenPaused()) {
                assertThat(planner.tasksIn(TaskPhase.READY))
                        .as("kept while paused")
                        .isEmpty();
            }
        }
    }

    private void carryOut(List<Decision> decisions) {
        for (Decision decision : decisions) {
            assertThat(finish).as("no decision after the end").isNull();
            switch (decision) {
                case Decision.DispatchLot lot -> dispatch(lot);
                case Decision.Settle settle -> {
                    assertThat(settle.failed().size()
                                    + settle.cancelled().size()
                                    + settle.requeued().size())
                            .isBetween(1, Settlements.MAX_TASKS);
                    settles.add(settle);
                }
                case Decision.CancelAtAgents cancel -> cancels.add(cancel);
                case Decision.Backoff backoff -> {
                    assertThat(backoff.delay())
                            .isLessThanOrEqualTo(plan.policyFor(backoff.task()).maxInterval());
                    timers.add(backoff.task());
                }
                case Decision.Finish end -> finish = end.status();
            }
        }
    }

    private void dispatch(Decision.DispatchLot lot) {
        assertThat(draining).as("dispatches after it was told to stop").isFalse();
        assertThat(lot.tasks()).doesNotHaveDuplicates().hasSizeBetween(1, settings.maxLotSize());
        assertThat(lot.priority().key())
                .isEqualTo(lot.tasks().stream()
                        .mapToInt(t -> plan.priorities()[t])
                        .min()
                        .orElseThrow());
        for (int task : lot.tasks()) {
            assertThat(planner.phaseOf(task)).isEqualTo(TaskPhase.IN_LOT);
            assertThat(lots).as("lots that hold %d", task).noneMatch(other -> other.tasks.contains(task));
            store.assertParentsSatisfied(task);
        }
        lots.add(new SimulatedLot(lot, store, toBeStopped, random));
        long pending = lots.size()
                + onTheWay.stream().filter(Event.LotReturned.class::isInstance).count();
        assertThat(pending).as("lots in flight").isLessThanOrEqualTo(settings.maxLotsInFlight());
    }

    private void changed(int task, TaskPhase from, TaskPhase to) {
        visits.changed(from, to);
        if (from == TaskPhase.READY && to == TaskPhase.IN_LOT) {
            assertThat(planner.isPaused())
                    .as("dispatches %d although paused", task)
                    .isFalse();
        }
        if (to.isTerminal()) {
            ends[task]++;
        }
    }

    private void assertEnd() {
        assertThat(lots).isEmpty();
        assertThat(settles).isEmpty();
        assertThat(ends).containsOnly(1);
        boolean anyFailed = false;
        boolean anyCancelled = false;
        for (int task = 0; task < plan.size(); task++) {
            assertThat(planner.phaseOf(task).name())
                    .isEqualTo(store.status(task).name());
            store.assertReason(task, runCancelRequested || cancelRequested.get(task));
            anyFailed |= store.status(task) == TaskStatus.FAILED;
            anyCancelled |= store.status(task) == TaskStatus.CANCELLED;
        }
        if (!anyCancelled) {
            assertThat(finish).isEqualTo(anyFailed ? RunStatus.FAILED : RunStatus.COMPLETED);
        } else if (!runCancelRequested) {
            assertThat(finish).isEqualTo(anyFailed ? RunStatus.FAILED : RunStatus.CANCELLED);
        }
        assertThat(planner.counts().ended()).isEqualTo(plan.size());
        assertThat(planner.on(List.of(new Event.Begun(), new Event.Granted(List.of(0)), new Event.ResumeRequested())))
                .isEmpty();
    }
}
