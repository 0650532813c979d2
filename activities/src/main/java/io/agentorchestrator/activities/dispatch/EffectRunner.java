package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.agent.StartRequest;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.run.Allowance;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the {@link DispatchMachine} decides: sends to agents at once, gives what concerns the store to {@link StoreWriters}, and
 * keeps metrics, spans and circuit breakers. Confined to the dispatcher's thread, but for what says otherwise.
 */
final class EffectRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EffectRunner.class);
    /** Results kept of each open batch, for the payloads of tasks that follow. */
    private static final int MAX_RESULT_CHARACTERS = 1 << 20;

    private final DispatchPorts ports;
    private final StoreWriters lanes;
    private final PayloadResolver payloads;
    private final DispatchMetrics metrics;
    private final DispatchTracing tracing;
    private final Clock wall;
    private final Consumer<DispatchMessage> inbox;
    private final Map<Long, CompletableFuture<BatchResult>> waiting;
    private final Map<DispatchRef, DispatchTracing.Open> spans = new HashMap<>();
    private final Map<Long, ResultMemory> results = new HashMap<>();
    private final UnreadableResults unreadable = new UnreadableResults();
    private volatile @Nullable AgentConnections connections;
    private final StepGuard guard = new StepGuard(LOG, "carrying out what dispatch decided");
    private Runnable trustChanged = () -> {};

    EffectRunner(
            DispatchPorts ports,
            StoreWriters lanes,
            PayloadResolver payloads,
            Telemetry telemetry,
            Clock wall,
            Consumer<DispatchMessage> inbox,
            Map<Long, CompletableFuture<BatchResult>> waiting) {
        this.ports = ports;
        this.lanes = lanes;
        this.payloads = payloads;
        this.metrics = telemetry.metrics();
        this.tracing = telemetry.tracing();
        this.wall = wall;
        this.inbox = inbox;
        this.waiting = waiting;
    }

    /** The counters and spans of dispatch. */
    record Telemetry(DispatchMetrics metrics, DispatchTracing tracing) {}

    /** Thread-safe. */
    void connect(AgentConnections agents) {
        connections = agents;
    }

    /**
     * To be called before anything is carried out.
     *
     * @param told runs when an outcome has opened a circuit breaker, or closed it
     */
    void onTrustChanged(Runnable told) {
        trustChanged = told;
    }

    /** Carries effects out; returns what is known of them at once. */
    List<DispatchMessage> carryOut(List<DispatchEffect> effects) {
        List<DispatchMessage> known = new ArrayList<>();
        StoreWriters.Work work = lanes.work();
        for (DispatchEffect effect : effects) {
            try {
                carryOut(effect, work, known);
            } catch (RuntimeException | Error unexpected) {
                guard.failed(unexpected);
                known.addAll(given(effect));
            }
        }
        work.begin();
        return known;
    }

    /** Answers of an effect that cannot be carried out, to whoever waits for its answer. */
    private static List<DispatchMessage> given(DispatchEffect effect) {
        return effect instanceof DispatchEffect.ClaimTrial claim
                ? List.of(new DispatchMessage.TrialAnswered(claim.agentId(), claim.ref(), false))
                : StoreReads.unreadable(effect);
    }

    private void carryOut(DispatchEffect effect, StoreWriters.Work work, List<DispatchMessage> known) {
        switch (effect) {
            case DispatchEffect.Prepare prepare -> prepare(prepare, work, known);
            case DispatchEffect.Commit commit -> work.commit(commit);
            case DispatchEffect.RecordOutcome record -> {
                work.record(record);
                DispatchTracing.Open span = spans.remove(new DispatchRef(
                        record.outcome().taskId(), record.outcome().epoch()));
                if (span != null) {
                    DispatchTracing.end(span.span(), record.outcome());
                }
            }
            case DispatchEffect.Load _,
                    DispatchEffect.Adopt _,
                    DispatchEffect.SeekVictims _,
                    DispatchEffect.Inspect _,
                    DispatchEffect.InspectHeld _ -> work.read(effect);
            case DispatchEffect.TakeBack _, DispatchEffect.TakeOver _ -> work.move(effect);
            case DispatchEffect.MarkAccepted _, DispatchEffect.BookLate _ -> work.note(effect);
            case DispatchEffect.SaveCheckpoint save -> work.checkpoint(save);
            case DispatchEffect.SaveReport save -> work.report(save.report());
            case DispatchEffect.SendStart start -> start(start);
            case DispatchEffect.SendAttach attach -> agents().attach(attach.agentId(), attach.refs());
            case DispatchEffect.SendCancel cancel -> agents().cancel(cancel.agentId(), cancel.ref(), cancel.reason());
            case DispatchEffect.SendPreempt preempt ->
                agents().preempt(preempt.agentId(), preempt.ref(), preempt.grace());
            case DispatchEffect.SendAcknowledge ack -> agents().acknowledge(ack.agentId(), ack.refs());
            case DispatchEffect.SendDemand demand -> agents().demand(demand.agentId(), demand.waiting());
            case DispatchEffect.ClaimTrial claim ->
                ports.breakers()
                        .claimTrial(
                                claim.agentId(),
                                claim.ref(),
                                claim.timeout(),
                                given -> inbox.accept(
                                        new DispatchMessage.TrialAnswered(claim.agentId(), claim.ref(), given)));
            case DispatchEffect.ReturnTrial back -> ports.breakers().trialReturned(back.agentId(), back.ref());
            case DispatchEffect.NoteAccepted accepted ->
                ports.flow().released(accepted.task().taskType(), accepted.afterRelease());
            case DispatchEffect.NoteOutcome outcome -> note(outcome);
            case DispatchEffect.NoteLate late -> metrics.late(late.task().taskType());
            case DispatchEffect.NoteRerouted rerouted -> {
                metrics.rerouted(rerouted.task().taskType());
                if (rerouted.refused()) {
                    metrics.refused(rerouted.task().taskType());
                }
                leave(rerouted.ref());
            }
            case DispatchEffect.NotePreempted preempted ->
                metrics.preempted(preempted.task().taskType());
            case DispatchEffect.NoteForgotten forgotten -> leave(forgotten.ref());
            case DispatchEffect.ForgetBatch closed -> results.remove(closed.batch());
            case DispatchEffect.NoteSlotFreed freed ->
                ports.capacity().attemptEnded(freed.taskType(), freed.tenant(), freed.selectorKey());
            case DispatchEffect.NoteLeft left ->
                ports.capacity().left(left.taskType(), left.tenant(), left.selectorKey());
            case DispatchEffect.Return done -> {
                results.remove(done.batch());
                CompletableFuture<BatchResult> batch = waiting.remove(done.batch());
                if (batch != null) {
                    batch.complete(done.result());
                }
            }
        }
    }

    private AgentConnections agents() {
        AgentConnections open = connections;
        if (open == null) {
            throw new IllegalStateException("the dispatcher has no connections to agents yet");
        }
        return open;
    }

    /** At once, where nothing is to be read for it. */
    private void prepare(DispatchEffect.Prepare prepare, StoreWriters.Work work, List<DispatchMessage> known) {
        ResultMemory memory = prepare.batch() == null ? null : results.get(prepare.batch());
        Map<String, String> atHand = memory == null ? Map.of() : memory.byKey;
        BatchTask task = prepare.task();
        if (prepare.fresh() && payloads.isAtHand(task, atHand.keySet())) {
            Resolution payload = payloads.resolve(prepare.ofRun(), task, atHand);
            known.add(new DispatchMessage.Prepared(task.taskId(), prepare.epoch(), task, false, payload));
        } else {
            work.read(prepare);
        }
    }

    private void start(DispatchEffect.SendStart start) {
        BatchTask task = start.task();
        Allowance allowance = task.allowance();
        metrics.assigned(task, wall.instant());
        DispatchTracing.Open span = tracing.begin(task, start.attempt(), start.agentId());
        spans.put(start.ref(), span);
        agents().start(
                        start.agentId(),
                        new StartRequest(
                                start.ref(),
                                start.attempt(),
                                task.taskType(),
                                task.tenant(),
                                start.payload(),
                                task.timeout(),
                                task.deadline(),
                                AgentConnections.LEASE,
                                span.context().traceparent(),
                                span.context().tracestate(),
                                task.checkpoint(),
                                allowance == null ? null : allowance.allowedMicroUsd(),
                                allowance == null ? null : allowance.allowedTokens()));
    }

    private void leave(DispatchRef ref) {
        DispatchTracing.Open span = spans.remove(ref);
        if (span != null) {
            DispatchTracing.leave(span.span());
        }
    }

    /** Bytes of results that are not recorded yet. Thread-safe. */
    long pendingBytes() {
        return lanes.pendingBytes();
    }

    /** Only outcomes that are the recorded ones count: of two workers that watch one task one counts its end. */
    private void note(DispatchEffect.NoteOutcome note) {
        AttemptOutcome outcome = note.outcome();
        BatchTask task = note.task();
        String agentId = outcome.agentId();
        DispatchRef ref = new DispatchRef(outcome.taskId(), outcome.epoch());
        if (!note.counts()) {
            metrics.late(task.taskType());
            lanes.bookLate(note.run(), outcome);
        } else {
            Instant now = wall.instant();
            metrics.ended(task, outcome, now);
            ports.flow().recorded(task.taskType(), note.toRecord());
            if (note.agentClass() != null && note.ran() != null) {
                ports.flow().executed(task.taskType(), note.agentClass(), note.ran());
                if (outcome.outcome() == AttemptEnd.Outcome.COMPLETED && task.checkpoint() == null) {
                    ports.flow().completed(task.taskType(), task.complexity(), note.ran());
                }
            }
            remember(note);
        }
        if (agentId != null) {
            BreakerPhase before = ports.breakers().phase(agentId);
            switch (note.counts() ? verdict(agentId, task, outcome) : BreakerRules.NOTHING) {
                case WORKS -> ports.breakers().succeeded(agentId, ref);
                case FAILED -> ports.breakers().failed(agentId, ref);
                case NOTHING, UNREADABLE -> ports.breakers().trialReturned(agentId, ref);
            }
            if (ports.breakers().phase(agentId) != before) {
                trustChanged.run();
            }
        }
    }

    private BreakerRules verdict(String agentId, BatchTask task, AttemptOutcome outcome) {
        BreakerRules verdict = BreakerRules.of(outcome);
        if (outcome.outcome() == AttemptEnd.Outcome.COMPLETED) {
            unreadable.readable(agentId);
        }
        return verdict == BreakerRules.UNREADABLE && unreadable.isTheAgents(agentId, task.tenant())
                ? BreakerRules.FAILED
                : verdict;
    }

    private void remember(DispatchEffect.NoteOutcome note) {
        Long batch = note.batch();
        String key = note.task().key();
        String result = note.outcome().result();
        if (batch != null
                && key != null
                && result != null
                && note.outcome().outcome() == AttemptEnd.Outcome.COMPLETED) {
            results.computeIfAbsent(batch, id -> new ResultMemory()).add(key, result);
        }
    }

    /** Only what agents themselves do wrong counts against them: that this worker cannot reach one is its own view. Thread-safe. */
    void streamEnded(FleetAgent agent, StreamEnd end) {
        switch (end) {
            case PROTOCOL_BROKEN, MESSAGE_TOO_LARGE -> ports.breakers().failed(agent.agentId(), null);
            case UNREACHABLE, REFUSED, SILENT, CLOSED_BY_US, ENDED_BY_AGENT -> {}
        }
    }

    /** The task may be over long since, so the agent's pool stands for its type. Thread-safe. */
    void outcomeRepeated(FleetAgent agent) {
        metrics.late(agent.pool());
    }

    @Override
    public void close() {
        lanes.close();
    }

    /** Results of a batch's tasks by key, as many as there is room for. */
    private static final class ResultMemory {
        private final Map<String, String> byKey = new HashMap<>();
        private int characters;

        void add(String key, String result) {
            if (characters + result.length() <= MAX_RESULT_CHARACTERS) {
                characters += result.length();
                byKey.put(key, result);
            }
        }
    }
}
