package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.run.LotStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.DispatchActivities;
import io.agentorchestrator.workflows.run.LotRequest;
import io.agentorchestrator.workflows.run.LotResult;
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
public final class LotDispatcher implements DispatchActivities {
    private final DispatchContext context;
    private final RunGoneListener runGone;

    /**
     * Dispatches lots once registered with a worker.
     *
     * @param breakers the ones that the slots go by
     * @param runGone hears of lots whose heartbeat Temporal answers with "no such activity"
     */
    public LotDispatcher(
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
        LotStore lots = new LotStore(dataSource);
        DispatchMetrics metrics = new DispatchMetrics(registry);
        this.context = new DispatchContext(
                settings,
                lots,
                records,
                new GroupCommit<>(
                        "group-hand-over",
                        GroupCommit.Pace.OF_HAND_OVERS,
                        set -> set.handOvers().size(),
                        (sets, committed) -> committed.accept(lots.begin(sets))),
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
    public LotResult dispatch(LotRequest lot) {
        ActivityExecutionContext activity = Activity.getExecutionContext();
        try {
            return activity.getInfo().isLocal() ? runLocally(lot) : run(lot, () -> activity.heartbeat(null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the worker stops; another goes on with the lot", e);
        }
    }

    /** A short visit, which nobody has to be told of: what it does not finish goes into another lot. */
    LotResult runLocally(LotRequest lot) throws InterruptedException {
        RunKey run = new RunKey(lot.runId(), lot.runNumber());
        AttemptTimes times = context.times();
        if (times.anyIsLong() && !times.areShort(context.lots().typesOf(run, lot.tasks()))) {
            return new LotResult(List.of(), lot.tasks(), lot.following(), List.of(), false);
        }
        return new LotSession(context, lot, context.settings().maxLocalWatch(), () -> {}).run();
    }

    LotResult run(LotRequest lot, Runnable heartbeat) throws InterruptedException {
        try {
            return new LotSession(context, lot, context.settings().maxWatch(), heartbeat).run();
        } catch (ActivityNotExistsException gone) {
            report(lot, gone);
            throw gone;
        } catch (ActivityCanceledException cancelled) {
            // Our workflows cancel no lot, so somebody else did; a mere silence of Temporal's says nothing of the run.
            if (!(cancelled.getCause() instanceof TimeoutFailure)) {
                report(lot, cancelled);
            }
            throw cancelled;
        }
    }

    AttemptTimes times() {
        return context.times();
    }

    private void report(LotRequest lot, ActivityCompletionException why) {
        try {
            runGone.activityGone(new RunKey(lot.runId(), lot.runNumber()));
        } catch (RuntimeException storeAway) {
            why.addSuppressed(storeAway); // the reconciler comes by without being told, only later
        }
    }
}
