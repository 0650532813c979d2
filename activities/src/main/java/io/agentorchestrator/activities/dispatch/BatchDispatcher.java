package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.UnknownRunException;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.BatchRequest;
import io.agentorchestrator.workflows.run.BatchResult;
import io.agentorchestrator.workflows.run.DispatchActivities;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The dispatch activity: gives the tasks of a batch to the worker's {@link Dispatcher} and waits a bounded time for news of them. What is open
 * when it returns, or breaks off, is watched on. Thread-safe.
 */
public final class BatchDispatcher implements DispatchActivities {
    /** Tasks taken along that are read before they are released. */
    private static final int MAX_READ_AHEAD = 50;

    private final DispatchSettings settings;
    private final BatchStore batches;
    private final RunStore runs;
    private final Dispatcher dispatcher;
    private final Consumer<RunKey> runGone;

    /**
     * Dispatches batches once registered with a worker.
     *
     * @param runGone hears of batches whose heartbeat Temporal answers with "no such activity"; thread-safe, and short
     */
    public BatchDispatcher(
            DispatchSettings settings,
            BatchStore batches,
            RunStore runs,
            Dispatcher dispatcher,
            Consumer<RunKey> runGone) {
        this.settings = settings;
        this.batches = batches;
        this.runs = runs;
        this.dispatcher = dispatcher;
        this.runGone = runGone;
    }

    @Override
    public BatchResult dispatch(BatchRequest batch) {
        ActivityExecutionContext activity = Activity.getExecutionContext();
        try {
            return activity.getInfo().isLocal() ? runLocally(batch) : run(batch, () -> activity.heartbeat(null));
        } catch (UnknownRunException unknown) {
            throw ApplicationFailure.newNonRetryableFailure(unknown.getMessage(), RUN_UNKNOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the worker stops; another goes on with the batch", e);
        }
    }

    /** A short visit, which nobody has to be told of: what it does not finish is watched on, or goes into another batch. */
    BatchResult runLocally(BatchRequest batch) throws InterruptedException {
        RunKey run = new RunKey(batch.runId(), batch.runNumber());
        return run(batch, run, settings.maxLocalWatch(), () -> {});
    }

    BatchResult run(BatchRequest batch, Runnable heartbeat) throws InterruptedException {
        RunKey run = new RunKey(batch.runId(), batch.runNumber());
        try {
            return run(batch, run, settings.maxWatch(), heartbeat);
        } catch (ActivityNotExistsException gone) {
            report(run, gone);
            throw gone;
        } catch (ActivityCanceledException cancelled) {
            // Our workflows cancel no batch, so somebody else did; a mere silence of Temporal's says nothing of the
            // run.
            if (!(cancelled.getCause() instanceof TimeoutFailure)) {
                report(run, cancelled);
            }
            throw cancelled;
        }
    }

    private BatchResult run(BatchRequest batch, RunKey run, Duration maxWatch, Runnable heartbeat)
            throws InterruptedException {
        long id = dispatcher.nextBatch();
        CompletableFuture<BatchResult> result = dispatcher.open(id, read(id, batch, run, maxWatch));
        try {
            while (true) {
                try {
                    return result.get(settings.heartbeatEvery().toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException goesOn) {
                    heartbeat.run();
                }
            }
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the dispatcher gave up a batch", impossible.getCause());
        } finally {
            dispatcher.closeBatch(id);
        }
    }

    /** Of the tasks that it takes along, few are read with the others; the payloads of many would take much room. */
    private DispatchMessage.BatchOpened read(long id, BatchRequest batch, RunKey run, Duration maxWatch) {
        List<Integer> indexes = new ArrayList<>(batch.tasks());
        if (batch.dependents().size() <= MAX_READ_AHEAD) {
            indexes.addAll(batch.dependents());
        }
        Set<Integer> following = Set.copyOf(batch.dependents());
        List<BatchTask> tasks = new ArrayList<>();
        List<BatchTask> held = new ArrayList<>();
        for (BatchTask task : batches.load(run, indexes)) {
            (following.contains(task.index()) ? held : tasks).add(task);
        }
        return new DispatchMessage.BatchOpened(id, run, runs.facts(run), tasks, batch.dependents(), held, maxWatch);
    }

    private void report(RunKey run, ActivityCompletionException why) {
        try {
            runGone.accept(run);
        } catch (RuntimeException storeAway) {
            why.addSuppressed(storeAway); // the reconciler comes by without being told, only later
        }
    }
}
