package io.agentorchestrator.worker.reconcile;

import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.loop.ConcurrentSteps;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.run.RunReconciliation.OpenRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps, every few seconds and when a run has become suspect: compares runs that have not been seen for a while with their
 * workflows, and passes on ends of tasks that some crash kept from their dependents.
 * Any number of workers may do so at once.
 */
public final class Reconciler implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration VERIFY_AFTER = Duration.ofSeconds(60);
    private static final int MAX_RUNS = 100;
    /** More only where Temporal has lost a great many runs; then those who come next wait for the next sweep. */
    private static final int MAX_PAGES = 20;

    private static final int PARALLEL = 8;
    private static final int MAX_DEPENDENCIES = 1_000;

    private final RunReconciliation runs;
    private final RunRepair repair;
    private final CrossRunDependents dependents;
    private final PollLoop loop;
    private final StepGuard guard = new StepGuard(LOG, "comparing a run with its workflow");

    Reconciler(RunReconciliation runs, RunRepair repair, CrossRunDependents dependents, WakeSignal wake) {
        this.runs = runs;
        this.repair = repair;
        this.dependents = dependents;
        this.loop = new PollLoop("reconciler", EVERY, wake, this::sweep);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    void sweep() {
        sweepRuns();
        int _ = dependents.sweep(MAX_DEPENDENCIES);
    }

    private void sweepRuns() {
        for (int page = 0; page < MAX_PAGES; page++) {
            List<OpenRun> taken = runs.takeUnverified(VERIFY_AFTER, MAX_RUNS);
            boolean allKnown = examine(taken);
            if (taken.size() < MAX_RUNS || !allKnown) {
                return;
            }
        }
    }

    /**
     * Examines runs; returns whether Temporal answered for each. Once it does not, the rest is left for later. One that cannot be examined goes on,
     * as far as anybody knows, until its time has come round again.
     */
    private boolean examine(List<OpenRun> page) {
        AtomicBoolean allKnown = new AtomicBoolean(true);
        try (ConcurrentSteps beside = new ConcurrentSteps(guard, PARALLEL)) {
            for (OpenRun run : page) {
                beside.begin(() -> {
                    if (!allKnown.get()) {
                        runs.suspect(run.key());
                    } else if (repair.examine(run) == RunCheck.UNKNOWN) {
                        allKnown.set(false);
                    }
                });
            }
        }
        return allKnown.get();
    }
}
