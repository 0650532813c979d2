package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.WatchedTask.Phase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.run.AttemptOutcome;
import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/** Records a batch's outcomes in sets, tells the agents, and adopts what somebody else recorded first. */
final class BatchRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRecorder.class);

    private final DispatchContext context;
    private final Batch batch;
    private final BatchDispatch dispatch;
    private final List<AttemptOutcome> reported = new ArrayList<>();
    private boolean othersRecord;

    BatchRecorder(DispatchContext context, Batch batch, BatchDispatch dispatch) {
        this.context = context;
        this.batch = batch;
        this.dispatch = dispatch;
    }

    /** An outcome to be recorded by the next {@link #flush}; the agent's slot is free from now on. */
    void report(WatchedTask task, AttemptOutcome outcome) {
        if (task.span != null) {
            DispatchTracing.end(task.span, outcome);
            task.span = null;
        }
        dispatch.leave(task);
        task.phase = Phase.REPORTED;
        reported.add(outcome);
        context.capacity().attemptEnded(task.task().taskType());
    }

    /** Whether somebody else may have recorded what this batch waits for, since this was asked last. */
    boolean othersHaveRecorded() {
        boolean was = othersRecord;
        othersRecord = false;
        return was;
    }

    boolean isIdle() {
        return reported.isEmpty();
    }

    void flush() {
        if (reported.isEmpty()) {
            return;
        }
        List<AttemptOutcome> outcomes = List.copyOf(reported);
        try {
            record(outcomes);
        } catch (DataIntegrityViolationException refused) {
            for (AttemptOutcome outcome : outcomes) {
                recordAlone(outcome);
            }
        }
        reported.clear();
    }

    /** One outcome that the store refuses must not hold up its neighbours. */
    private void recordAlone(AttemptOutcome outcome) {
        try {
            record(List.of(outcome));
        } catch (DataIntegrityViolationException refused) {
            String why = String.valueOf(refused.getMostSpecificCause().getMessage());
            record(List.of(context.outcomes().unstorable(batch.task(outcome.index()), why)));
        }
    }

    private void record(List<AttemptOutcome> outcomes) {
        Recorded recorded = context.recording()
                .write(new RunOutcomes(batch.run(), batch.facts().kind(), outcomes));
        batch.released(recorded.releases(), context.now());
        recorded.queued().forEach(index -> batch.giveUp(index, context.now()));
        batch.runEnded(recorded.runEnded());
        List<AttemptOutcome> late = new ArrayList<>();
        for (AttemptOutcome outcome : outcomes) {
            WatchedTask task = batch.task(outcome.index());
            if (recorded.accepted().contains(outcome.index())) {
                task.phase = Phase.OVER;
                batch.ended(end(task, outcome), context.now());
                context.metrics().ended(task.task(), outcome, context.now());
                context.times().ended(task, context.now());
                tellBreaker(task, outcome);
            } else {
                context.metrics().late(task.task().taskType());
                dispatch.saysNothingOfAgent(outcome.agentId(), new DispatchRef(outcome.taskId(), outcome.epoch()));
                late.add(outcome);
            }
        }
        bookLate(late);
        acknowledge(outcomes);
        adopt(late.stream().map(AttemptOutcome::index).toList());
    }

    /** Only of outcomes that are the recorded ones: two sessions that watch one task count its end once. */
    private void tellBreaker(WatchedTask task, AttemptOutcome outcome) {
        String agentId = outcome.agentId();
        if (agentId == null) {
            return;
        }
        DispatchRef ref = new DispatchRef(outcome.taskId(), outcome.epoch());
        switch (BreakerVerdict.of(outcome)) {
            case WORKS -> context.breakers().succeeded(agentId, ref);
            case FAILED -> {
                if (!task.counted) {
                    context.breakers().failed(agentId, ref);
                }
            }
            case NOTHING -> context.breakers().trialReturned(agentId, ref);
        }
    }

    /** What a late outcome cost was spent. */
    private void bookLate(List<AttemptOutcome> late) {
        if (late.isEmpty()) {
            return;
        }
        try {
            context.records().bookLate(batch.run(), late);
        } catch (DataIntegrityViolationException refused) {
            LOG.warn("the cost of {} late outcomes could not be booked", late.size(), refused);
        }
    }

    /** Takes over what the store says of tasks that somebody else may have moved on. */
    void adopt(List<Integer> indexes) {
        if (indexes.isEmpty()) {
            return;
        }
        Map<Integer, BatchState> states = context.batches().states(batch.run(), indexes);
        othersRecord = true;
        for (int index : indexes) {
            WatchedTask task = batch.task(index);
            BatchState state = states.get(index);
            if (state == null) {
                throw new IllegalStateException("the store has lost task " + task.taskId());
            }
            switch (state.status()) {
                case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                    dispatch.saysNothingOfAgent(task.agentId(), task.ref());
                    dispatch.leave(task);
                    batch.endedElsewhere(index, task.name(), state, context.now());
                }
                case PENDING, WAITING, QUEUED -> {
                    dispatch.saysNothingOfAgent(task.agentId(), task.ref());
                    dispatch.leave(task);
                    batch.notStarted(index, context.now());
                }
                case RELEASED, DISPATCHED, RUNNING -> {
                    if (state.epoch() != task.epoch() || task.phase == Phase.REPORTED) {
                        dispatch.saysNothingOfAgent(task.agentId(), task.ref());
                        dispatch.leaveToOthers(task);
                    }
                }
            }
        }
    }

    private static AttemptEnd end(WatchedTask task, AttemptOutcome outcome) {
        boolean failed = outcome.outcome() == AttemptEnd.Outcome.FAILED;
        String code = failed && outcome.errorCode() != null ? outcome.errorCode() : "";
        return new AttemptEnd(
                outcome.index(),
                outcome.attempt(),
                outcome.outcome(),
                code,
                failed && outcome.retryable(),
                failed ? task.name() : null);
    }

    private void acknowledge(List<AttemptOutcome> outcomes) {
        Map<String, List<DispatchRef>> byAgent = new LinkedHashMap<>();
        for (AttemptOutcome outcome : outcomes) {
            if (outcome.agentId() != null) {
                byAgent.computeIfAbsent(outcome.agentId(), id -> new ArrayList<>())
                        .add(new DispatchRef(outcome.taskId(), outcome.epoch()));
            }
        }
        byAgent.forEach((agentId, refs) -> {
            FleetAgent agent = context.directory().find(agentId);
            if (agent != null) {
                context.connections().acknowledge(agent, refs);
            }
        });
    }
}
