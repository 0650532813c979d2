package io.agentorchestrator.api.shedding;

import io.agentorchestrator.api.problem.StoreFailures.SchemaState;
import io.agentorchestrator.api.waiting.FleetCache;
import io.agentorchestrator.api.waiting.FleetView;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.tenant.OpenTaskStore;
import io.agentorchestrator.store.tenant.OpenTaskStore.ServedTypes;
import io.agentorchestrator.store.tenant.OpenTasks;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Counts open tasks, once a second while that is cheap: all APIs together spend a twentieth of one processor's time on it, so that for a large backlog
 * each waits twenty times as long as a count took, for each API that there is. Thread-safe.
 */
@Component
public final class OpenTaskCounting implements LoopLifecycle {
    /** While there is nothing to count yet, or the store is away. */
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private static final int PAUSE_PER_COST = 20;
    /** A count is gone by for so long, and for three of its pauses, until the next. */
    private static final Duration VALID_FOR = Duration.ofSeconds(30);

    private final AdmissionControl control;
    private final OpenTaskStore store;
    private final FleetCache fleet;
    private final SchemaState schema;
    private final Duration leastPause;
    private final PollLoop loop;

    OpenTaskCounting(
            AdmissionControl control,
            OpenTaskStore store,
            FleetCache fleet,
            SchemaState schema,
            SheddingProperties properties) {
        this.control = control;
        this.store = store;
        this.fleet = fleet;
        this.schema = schema;
        this.leastPause = properties.countInterval();
        this.loop = new PollLoop("open-tasks", AGAIN_AFTER, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private Duration round() {
        return schema.isMigrated() ? count() : AGAIN_AFTER;
    }

    /**
     * Counts now.
     *
     * @return the time until the next count
     * @throws org.springframework.dao.DataAccessException if the store is away; then the last count is gone by for a while
     */
    public synchronized Duration count() {
        Optional<FleetView> agents = fleet.now();
        ServedTypes served = new ServedTypes(
                agents.map(FleetView::servedForEverybody).orElse(Set.of()),
                (type, tenant, required) -> agents.map(view -> view.isServed(type, tenant, required))
                        .orElse(true));
        long began = System.nanoTime();
        control.mark(began);
        OpenTasks counted = store.count(served);
        Duration pause = pauseAfter(Duration.ofNanos(System.nanoTime() - began), control.apis(), leastPause);
        control.adopt(counted, began, VALID_FOR.plus(pause.multipliedBy(3)));
        return pause;
    }

    static Duration pauseAfter(Duration cost, int apis, Duration least) {
        Duration pause = cost.multipliedBy((long) PAUSE_PER_COST * apis);
        return pause.compareTo(least) < 0 ? least : pause;
    }
}
