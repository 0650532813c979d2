package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.BatchRequest;
import io.agentorchestrator.workflows.run.BatchResult;
import io.agentorchestrator.workflows.run.DispatchActivities;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.failure.TimeoutFailure;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import tools.jackson.databind.json.JsonMapper;

/** The dispatch activity. Thread-safe; each call is a session of its own. */
public final class BatchDispatcher implements DispatchActivities {
    private final DispatchContext context;
    private final RunGoneListener runGone;

    /**
     * Dispatches batches once registered with a worker.
     *
     * @param breakers the ones that the slots go by
     * @param runGone hears of batches whose heartbeat Temporal answers with "no such activity"
     */
    public BatchDispatcher(
            DispatchSettings settings,
            DataSource dataSource,
            OutcomeStore records,
            AgentDirectory directory,
            AgentConnections connections,
            AgentSlots slots,
            Breakers breakers,
            JsonMapper json,
            MeterRegistry registry,
            OpenTelemetry telemetry,
            CapacityListener capacity,
            RunGoneListener runGone,
            Clock clock) {
        RunStore runs = new RunStore(dataSource);
        BatchStore batches = new BatchStore(dataSource);
        DispatchMetrics metrics = new DispatchMetrics(registry);
        this.context = new DispatchContext(
                settings,
                batches,
                records,
                new GroupCommit<>(
                        "group-dispatch",
                        GroupCommit.Pace.OF_DISPATCHES,
                        set -> set.dispatches().size(),
                        (sets, committed) -> committed.accept(batches.begin(sets))),
                new GroupCommit<>(
                        "group-recording",
                        GroupCommit.Pace.OF_OUTCOMES,
                        set -> set.outcomes().size(),
                        records::record),
                runs,
                directory,
                connections,
                slots,
                breakers,
                new PayloadResolver(runs, json),
                new OutcomeMapping(json),
                metrics,
                new DispatchTracing(telemetry),
                new AttemptTimes(),
                capacity,
                clock);
        this.runGone = runGone;
        connections.listen(new StreamFaults(breakers, metrics));
    }

    @Override
    public BatchResult dispatch(BatchRequest batch) {
        ActivityExecutionContext activity = Activity.getExecutionContext();
        try {
            return activity.getInfo().isLocal() ? runLocally(batch) : run(batch, () -> activity.heartbeat(null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the worker stops; another goes on with the batch", e);
        }
    }

    /** A short visit, which nobody has to be told of: what it does not finish goes into another batch. */
    BatchResult runLocally(BatchRequest batch) throws InterruptedException {
        RunKey run = new RunKey(batch.runId(), batch.runNumber());
        AttemptTimes times = context.times();
        if (times.anyIsLong() && !times.areShort(context.batches().typesOf(run, batch.tasks()))) {
            return new BatchResult(List.of(), batch.tasks(), batch.following(), List.of(), false);
        }
        return new BatchSession(context, batch, context.settings().maxLocalWatch(), () -> {}).run();
    }

    BatchResult run(BatchRequest batch, Runnable heartbeat) throws InterruptedException {
        try {
            return new BatchSession(context, batch, context.settings().maxWatch(), heartbeat).run();
        } catch (ActivityNotExistsException gone) {
            report(batch, gone);
            throw gone;
        } catch (ActivityCanceledException cancelled) {
            // Our workflows cancel no batch, so somebody else did; a mere silence of Temporal's says nothing of the
            // run.
            if (!(cancelled.getCause() instanceof TimeoutFailure)) {
                report(batch, cancelled);
            }
            throw cancelled;
        }
    }

    AttemptTimes times() {
        return context.times();
    }

    private void report(BatchRequest batch, ActivityCompletionException why) {
        try {
            runGone.activityGone(new RunKey(batch.runId(), batch.runNumber()));
        } catch (RuntimeException storeAway) {
            why.addSuppressed(storeAway); // the reconciler comes by without being told, only later
        }
    }
}
