package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Work that a run has under way: batches, writes, stops and timers, each of which takes its time and may be told twice. */
final class SimulatedActivities {
    private final SimulatedStore store;
    private final SimulatedAgents agents;
    private final Random random;

    private final List<SimulatedBatch> batches = new ArrayList<>();
    /** Batches that were pending at continue-as-new, whose workers do not know it yet. */
    private final List<SimulatedBatch> zombies = new ArrayList<>();

    private final List<Decision.Write> writes = new ArrayList<>();
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
        for (int task : batch.dependents()) {
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

    void write(Decision.Write write) {
        writes.add(write);
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

    Optional<Event> recordWrite() {
        if (writes.isEmpty()) {
            return Optional.empty();
        }
        Decision.Write write = writes.get(random.nextInt(writes.size()));
        if (random.nextInt(6) == 0) {
            // Recorded, but the worker dies before it can say so: the activity is retried.
            store.write(write).forEach(store.lostReleases::set);
            return Optional.empty();
        }
        writes.remove(write);
        return Optional.of(new Event.Written(write.number(), store.write(write)));
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
        List.of(batches, writes, stops, timers).forEach(List::clear);
    }

    /** The run is over: what its workers still record does not count. */
    void end() {
        List.of(batches, zombies, writes, stops, timers).forEach(List::clear);
    }

    int batchesInFlight() {
        return batches.size();
    }

    void assertNothingIsLeft() {
        assertThat(batches).isEmpty();
        assertThat(writes).isEmpty();
    }
}
