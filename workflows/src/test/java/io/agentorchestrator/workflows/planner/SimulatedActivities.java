package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a run has under way: batches, settlements, stops and timers, each of which takes its time and may be told twice. */
final class SimulatedActivities {
    private final SimulatedStore store;
    private final SimulatedAgents agents;
    private final Random random;

    private final List<SimulatedBatch> batches = new ArrayList<>();
    /** Batches that were pending at continue-as-new, whose workers do not know it yet. */
    private final List<SimulatedBatch> zombies = new ArrayList<>();

    private final List<Decision.Settle> settles = new ArrayList<>();
    private final List<Decision.CancelAtAgents> stops = new ArrayList<>();
    private final List<Integer> timers = new ArrayList<>();

    SimulatedActivities(SimulatedStore store, SimulatedAgents agents, Random random) {
        this.store = store;
        this.agents = agents;
        this.random = random;
    }

    void dispatch(Decision.DispatchBatch batch) {
        for (int task : batch.tasks()) {
            assertIsInNoBatch(task);
            // One that was taken along before continue-as-new may still wait, or not be wanted any more: the batch
            // finds out.
            if (store.status(task) == TaskStatus.RELEASED || store.isOut(task)) {
                store.assertParentsSatisfied(task);
            }
        }
        SimulatedBatch dispatched = new SimulatedBatch(batch, store, agents, random);
        for (int task : batch.following()) {
            assertIsInNoBatch(task);
            for (int parent : store.plan.parents()[task]) {
                assertThat(store.isSatisfying(parent) || dispatched.all.contains(parent))
                        .as("%d, for which %d waits, is in the batch or done", parent, task)
                        .isTrue();
            }
        }
        batches.add(dispatched);
    }

    private void assertIsInNoBatch(int task) {
        assertThat(batches).as("batches that hold %d", task).noneMatch(other -> other.all.contains(task));
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

    /** Something happens at one batch; what the run hears of it. */
    Optional<Event> proceedWithBatch() {
        if (batches.isEmpty()) {
            return Optional.empty();
        }
        SimulatedBatch batch = batches.get(random.nextInt(batches.size()));
        for (int i = 0; i < batch.all.size(); i++) {
            batch.step();
        }
        if (random.nextInt(30) == 0) {
            batch.retry();
        } else if (batch.isDone() || (batch.canReturn() && random.nextInt(4) == 0)) {
            batches.remove(batch);
            return Optional.of(batch.result());
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
            store.settle(settle).forEach(store.lostReleases::set);
            return Optional.empty();
        }
        settles.remove(settle);
        return Optional.of(new Event.Settled(settle.settlement(), store.settle(settle)));
    }

    void stopAtAgents() {
        if (!stops.isEmpty()) {
            for (int task : stops.remove(random.nextInt(stops.size())).tasks()) {
                if (store.isOut(task)) {
                    agents.stop(task);
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
            SimulatedBatch zombie = zombies.get(random.nextInt(zombies.size()));
            zombie.stepAsZombie();
            if (random.nextInt(4) == 0) {
                zombies.remove(zombie);
            }
        }
    }

    /** The execution of the workflow is over: nobody hears of what is under way any more. */
    void continueAsNew() {
        zombies.addAll(batches);
        List.of(batches, settles, stops, timers).forEach(List::clear);
    }

    /** The run is over: what its workers still record does not count. */
    void end() {
        List.of(batches, zombies, settles, stops, timers).forEach(List::clear);
    }

    int batchesInFlight() {
        return batches.size();
    }

    void assertNothingIsLeft() {
        assertThat(batches).isEmpty();
        assertThat(settles).isEmpty();
    }
}
