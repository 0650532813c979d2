package io.agentorchestrator.activities.dispatch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Adoption by the workers of a {@link DispatchWorld} of what silent and dead ones have. */
final class DispatchAdoption {
    private final DispatchWorld world;

    DispatchAdoption(DispatchWorld world) {
        this.world = world;
    }

    /** Others do what commands want of tasks whose worker has been silent for so long. */
    void adoptToEnd() {
        SimulatedWorker adopter = world.anyWorker();
        if (adopter != null && world.now >= adopter.asleepUntil && world.now >= world.storeAwayUntil) {
            List<Integer> adopted = world.store.adoptToEnd(adopter.id, id -> {
                SimulatedWorker worker = world.workers.get(id);
                return worker == null || worker.dead || worker.isSilent();
            });
            if (!adopted.isEmpty()) {
                adopter.storeCall(() -> new DispatchMessage.Adopted(
                        SimulatedStore.RUN,
                        SimulatedStore.FACTS,
                        adopted.stream().map(world.store::read).toList()));
            }
        }
        if (world.now < DispatchWorld.END && !world.store.unfinished().isEmpty()) {
            world.after(1_000 * DispatchWorld.MILLI, this::adoptToEnd);
        }
    }

    void adopt() {
        Set<String> alive = new LinkedHashSet<>();
        world.workers.values().stream()
                .filter(worker -> !worker.dead && world.now - Math.max(0, worker.asleepUntil - world.now) >= 0)
                .filter(worker -> worker.asleepUntil - world.now < 0
                        || worker.asleepUntil - world.now < 12_000 * DispatchWorld.MILLI)
                .forEach(worker -> alive.add(worker.id));
        world.workers.values().stream()
                .filter(worker -> !worker.dead)
                .forEach(worker -> worker.storeCall(() -> new DispatchMessage.Watched(world.store.watched(worker.id))));
        SimulatedWorker adopter = world.anyWorker();
        if (adopter != null && world.now >= adopter.asleepUntil) {
            List<Integer> adopted = world.store.adopt(adopter.id, alive);
            if (!adopted.isEmpty()) {
                adopter.storeCall(() -> new DispatchMessage.Adopted(
                        SimulatedStore.RUN,
                        SimulatedStore.FACTS,
                        adopted.stream().map(world.store::read).toList()));
            }
        }
        if (world.now < DispatchWorld.END && !world.store.unfinished().isEmpty()) {
            world.after(5_000 * DispatchWorld.MILLI, this::adopt);
        }
    }
}
