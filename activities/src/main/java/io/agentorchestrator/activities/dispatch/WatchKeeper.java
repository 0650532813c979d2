package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.AdoptedTask;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.workflows.model.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees to it that every task at an agent has a watcher: tells the store that this worker is there, and adopts the tasks of workers that are
 * not. {@link #round} is to be called every few seconds, by one thread.
 */
public final class WatchKeeper {
    /** So long after its last sign a worker's tasks are adopted. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(12);

    private static final int MAX_ADOPTED = 500;
    /** How often the store's list of what this worker watches is compared with what it knows. */
    private static final int CHECK_EVERY_ROUNDS = 5;

    private final String workerId;
    private final WorkerStore workers;
    private final BatchStore batches;
    private final RunStore runs;
    private final Dispatcher dispatcher;
    private int rounds;

    public WatchKeeper(String workerId, WorkerStore workers, BatchStore batches, RunStore runs, Dispatcher dispatcher) {
        this.workerId = workerId;
        this.workers = workers;
        this.batches = batches;
        this.runs = runs;
        this.dispatcher = dispatcher;
    }

    /** Tells that this worker is there, and adopts what nobody watches; true if there may be more of it. */
    public boolean round() {
        workers.beat(workerId);
        List<AdoptedTask> adopted = workers.adopt(workerId, DEAD_AFTER, MAX_ADOPTED);
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        adopted.forEach(task ->
                byRun.computeIfAbsent(task.run(), run -> new ArrayList<>()).add(task.index()));
        byRun.forEach((run, indexes) -> {
            RunFacts facts = runs.facts(run);
            dispatcher.adopt(run, facts, batches.load(run, indexes));
        });
        if (++rounds % CHECK_EVERY_ROUNDS == 0) {
            dispatcher.tell(new DispatchMessage.Watched(workers.watched(workerId)));
        }
        return adopted.size() == MAX_ADOPTED;
    }

    /** Tells that this worker stops: others need not wait to adopt its tasks. */
    public void leave() {
        workers.leave(workerId);
    }
}
