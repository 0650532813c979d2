package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.store.state.RunTask;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Sees to it that every task at an agent has a watcher: tells the store that this worker is there, and adopts the tasks of workers that are
 * not. {@link #round} is to be called every {@link #EVERY}, by one thread.
 */
public final class WatchLeases {
    /** Time after a worker's last sign at which another does what commands and deadlines want of its tasks. */
    public static final Duration SILENT_AFTER = Duration.ofSeconds(2);
    /** Period in which {@link #round} is to be called: twice before a worker counts as silent. */
    public static final Duration EVERY = SILENT_AFTER.dividedBy(2);

    private static final int MAX_ADOPTED = 500;
    /** Rounds between two looks for the tasks of dead workers. */
    private static final int ADOPT_EVERY_ROUNDS = 3;
    /** Rounds between two comparisons of the store's list of what this worker watches with what it knows. */
    private static final int CHECK_EVERY_ROUNDS = 15;

    private final String workerId;
    private final WorkerStore workers;
    private final BatchStore batches;
    private final RunStore runs;
    private final Dispatcher dispatcher;
    private final LongSupplier nanoTime;
    private int rounds;
    private boolean isMoreToAdopt;
    private long lastBeat;
    private long adoptsFrom;

    public WatchLeases(String workerId, WorkerStore workers, BatchStore batches, RunStore runs, Dispatcher dispatcher) {
        this(workerId, workers, batches, runs, dispatcher, System::nanoTime);
    }

    WatchLeases(
            String workerId,
            WorkerStore workers,
            BatchStore batches,
            RunStore runs,
            Dispatcher dispatcher,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.workerId = workerId;
        this.workers = workers;
        this.batches = batches;
        this.runs = runs;
        this.dispatcher = dispatcher;
    }

    /** Tells that this worker is there, and adopts what nobody watches; true if there may be more of it. */
    public boolean round() {
        workers.heartbeat(workerId);
        long gap = gap();
        List<RunTask> adopted = new ArrayList<>();
        if (gap < SILENT_AFTER.toNanos()) {
            adopted.addAll(workers.adoptToEnd(workerId, SILENT_AFTER, MAX_ADOPTED));
        }
        if (isSureOfOthers(gap) && (isMoreToAdopt || rounds % ADOPT_EVERY_ROUNDS == 0)) {
            List<RunTask> ofDead = workers.adopt(workerId, WorkerStore.DEAD_AFTER, MAX_ADOPTED);
            isMoreToAdopt = ofDead.size() == MAX_ADOPTED;
            adopted.addAll(ofDead);
        }
        adopt(adopted);
        if (++rounds % CHECK_EVERY_ROUNDS == 0) {
            dispatcher.post(new DispatchMessage.Watched(workers.watched(workerId)));
        }
        return isMoreToAdopt;
    }

    private void adopt(List<RunTask> adopted) {
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        Set<RunKey> groups = new HashSet<>();
        for (RunTask task : adopted) {
            byRun.computeIfAbsent(task.run(), run -> new ArrayList<>()).add(task.index());
            if (task.kind() == RunKind.GROUP) {
                groups.add(task.run());
            }
        }
        byRun.forEach((run, indexes) -> {
            RunFacts facts = groups.contains(run) ? RunFacts.OF_GROUP : runs.facts(run);
            dispatcher.adopt(run, facts, batches.load(run, indexes));
        });
    }

    /** Nanoseconds since the sign before this one; for ever, where it is the first. */
    private long gap() {
        long now = nanoTime.getAsLong();
        long gap = rounds == 0 ? Long.MAX_VALUE : now - lastBeat;
        lastBeat = now;
        return gap;
    }

    /**
     * Tells whether others that seem dead are. After a gap in its own signs, since the store was away or this process stood still, the others' are
     * as old: they have as long as anybody to come back.
     */
    private boolean isSureOfOthers(long gap) {
        if (rounds == 0) {
            adoptsFrom = lastBeat;
        } else if (gap > WorkerStore.DEAD_AFTER.toNanos() / 2) {
            adoptsFrom = lastBeat + WorkerStore.DEAD_AFTER.toNanos();
        }
        return lastBeat - adoptsFrom >= 0;
    }

    /** Tells that this worker stops: others need not wait to adopt its tasks. */
    public void leave() {
        workers.leave(workerId);
    }
}
