package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a run has under way: lots, settlements, stops and timers, each of which takes its time and may be told twice. */
final class SimulatedActivities {
    private final SimulatedStore store;
    private final SimulatedDeadlines deadlines;
    private final Random random;
    private final boolean badAgents;

    private final List<SimulatedLot> lots = new ArrayList<>();
    /** Lots that were pending at continue-as-new, whose workers do not know it yet. */
    private final List<SimulatedLot> zombies = new ArrayList<>();

    private final List<Decision.Settle> settles = new ArrayList<>();
    private final List<Decision.CancelAtAgents> stops = new ArrayList<>();
    private final List<Integer> timers = new ArrayList<>();
    private final BitSet toBeStopped = new BitSet();

    SimulatedActivities(SimulatedStore store, SimulatedDeadlines deadlines, Random random) {
        this.store = store;
        this.deadlines = deadlines;
        this.random = random;
        this.badAgents = random.nextBoolean();
    }

    void dispatch(Decision.DispatchLot lot) {
        for (int task : lot.tasks()) {
            assertIsInNoLot(task);
            // One that was taken along before continue-as-new may still wait, or not be wanted any more: the lot finds
            // out.
            if (store.status(task) == TaskStatus.GRANTED || store.status(task) == TaskStatus.RUNNING) {
                store.assertParentsSatisfied(task);
            }
        }
        SimulatedLot dispatched = new SimulatedLot(lot, store, deadlines, toBeStopped, badAgents, random);
        for (int task : lot.following()) {
            assertIsInNoLot(task);
            for (int parent : store.plan.parents()[task]) {
                assertThat(store.isSatisfying(parent) || dispatched.all.contains(parent))
                        .as("%d, for which %d waits, is in the lot or done", parent, task)
                        .isTrue();
            }
        }
        lots.add(dispatched);
    }

    private void assertIsInNoLot(int task) {
        assertThat(lots).as("lots that hold %d", task).noneMatch(other -> other.all.contains(task));
    }

    void settle(Decision.Settle settle) {
        settles.add(settle);
    }

    void stop(Decision.CancelAtAgents stop) {
        stops.add(stop);
    }

    void time(Decision.Backoff backoff) {
        timers.add(backoff.task());
    }

    /** Something happens at one lot; what the run hears of it. */
    Optional<Event> proceedWithLot() {
        if (lots.isEmpty()) {
            return Optional.empty();
        }
        SimulatedLot lot = lots.get(random.nextInt(lots.size()));
        for (int i = 0; i < lot.all.size(); i++) {
            lot.step();
        }
        if (random.nextInt(30) == 0) {
            lot.retry();
        } else if (lot.isDone() || (lot.canReturn() && random.nextInt(4) == 0)) {
            lots.remove(lot);
            return Optional.of(lot.result());
        }
        return Optional.empty();
    }

    Optional<Event> recordSettlement() {
        if (settles.isEmpty()) {
            return Optional.empty();
        }
        Decision.Settle settle = settles.get(random.nextInt(settles.size()));
        if (random.nextInt(6) == 0) {
            // Recorded, but the worker dies before it can say so: the activity is retried.
            store.settle(settle).forEach(store.lostGrants::set);
            return Optional.empty();
        }
        settles.remove(settle);
        return Optional.of(new Event.Settled(settle.settlement(), store.settle(settle)));
    }

    void stopAtAgents() {
        if (!stops.isEmpty()) {
            for (int task : stops.remove(random.nextInt(stops.size())).tasks()) {
                if (store.status(task) == TaskStatus.RUNNING) {
                    toBeStopped.set(task);
                } else if (store.isUnoffered(task) && random.nextBoolean()) {
                    store.cancelUnoffered(task);
                }
            }
        }
    }

    Optional<Event> fireTimer() {
        return timers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Event.BackoffOver(timers.remove(/* index */ random.nextInt(timers.size()))));
    }

    /** A worker that has not heard of continue-as-new goes on for a while; what it records counts. */
    void proceedWithZombie() {
        if (!zombies.isEmpty()) {
            SimulatedLot zombie = zombies.get(random.nextInt(zombies.size()));
            zombie.stepAsZombie();
            if (random.nextInt(4) == 0) {
                zombies.remove(zombie);
            }
        }
    }

    /** The execution of the workflow is over: nobody hears of what is under way any more. */
    void continueAsNew() {
        zombies.addAll(lots);
        List.of(lots, settles, stops, timers).forEach(List::clear);
    }

    /** The run is over: what its workers still record does not count. */
    void end() {
        List.of(lots, zombies, settles, stops, timers).forEach(List::clear);
    }

    /** No task is to be stopped any more. */
    void rerun() {
        toBeStopped.clear();
    }

    int lotsInFlight() {
        return lots.size();
    }

    void assertNothingIsLeft() {
        assertThat(lots).isEmpty();
        assertThat(settles).isEmpty();
    }
}
