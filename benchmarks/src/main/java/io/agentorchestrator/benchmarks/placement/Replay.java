package io.agentorchestrator.benchmarks.placement;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.DispatchEffect;
import io.agentorchestrator.activities.dispatch.DispatchMachine;
import io.agentorchestrator.activities.dispatch.DispatchMessage;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.DispatchPhase;
import io.agentorchestrator.activities.dispatch.DispatchSettings;
import io.agentorchestrator.activities.dispatch.OutcomeMapping;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.activities.dispatch.PlacementStrategy;
import io.agentorchestrator.benchmarks.placement.PricedPool.Agent;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.FlowEstimate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;

/**
 * A trace run through the product's dispatch, the {@link DispatchMachine} of one worker, in virtual time: its ready queues, its strategy and its
 * measured times decide. Tasks are of one type, priority and complexity. They leave a backlog, first come, first served, as the product's credit allows
 * ({@link FlowEstimate}). The store answers after {@link #STORE} and agents are a {@link #NETWORK} away. Nothing is random.
 */
final class Replay {
    private static final long STORE = Duration.ofMillis(5).toNanos();
    private static final long NETWORK = Duration.ofMillis(1).toNanos();
    private static final long TICK = Duration.ofMillis(100).toNanos();
    private static final Duration LATENCY = Duration.ofNanos(4 * STORE + 2 * NETWORK);
    private static final double NANOS_A_MILLI = 1e6;
    private static final double NANOS_AN_HOUR = 3_600e9;
    private static final String TYPE = "code";
    private static final RunKey RUN = new RunKey(new UUID(1, 1), 1);

    private final List<TracedRequest> requests;
    private final PricedPool pool;
    private final int credit;
    private final DispatchMachine machine =
            new DispatchMachine("worker", DispatchSettings.DEFAULT, new OutcomeMapping(), new Mistakes());

    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparingLong(Step::at).thenComparingLong(Step::number));
    private final Deque<Integer> backlog = new ArrayDeque<>();
    private final Map<String, Integer> busy = new HashMap<>();
    private final long[] createdAt;
    private final int[] epochs;
    private final ReplayTally tally = new ReplayTally();
    private long now;
    private long lastStep;
    private int out;
    private int open;

    private record Step(long at, long number, Runnable what) {}

    private Replay(List<TracedRequest> requests, PricedPool pool, PlacementStrategy strategy, double speed) {
        this.requests = requests;
        this.pool = pool;
        this.createdAt = new long[requests.size()];
        this.epochs = new int[requests.size()];
        this.open = requests.size();
        double tokens =
                requests.stream().mapToInt(TracedRequest::tokens).average().orElseThrow();
        Duration execution = Duration.ofNanos((long) (tokens * pool.slots() / pool.tokensPerSecond() * 1e9));
        this.credit = new FlowEstimate(LATENCY, execution).credit(pool.slots());
        List<DispatchMessage> first = new ArrayList<>();
        first.add(new DispatchMessage.FleetChanged(
                pool.agents().stream().map(Replay::facts).toList()));
        first.add(new DispatchMessage.StrategyChanged(strategy));
        pool.agents().forEach(agent -> first.add(new DispatchMessage.Connected(agent.id(), true)));
        fold(first);
        for (int i = 0; i < requests.size(); i++) {
            int task = i;
            createdAt[i] = (long) (requests.get(i).at().toNanos() / speed);
            after(createdAt[i] + STORE, () -> {
                backlog.add(task);
                release();
            });
        }
        after(TICK, this::tick);
    }

    /**
     * Runs the trace until all its tasks have ended.
     *
     * @param speed at which the trace's clock goes
     * @throws IllegalStateException if the product fails
     */
    static ReplayTally of(List<TracedRequest> requests, PricedPool pool, PlacementStrategy strategy, double speed) {
        Replay replay = new Replay(requests, pool, strategy, speed);
        while (replay.open > 0) {
            Step step = replay.steps.remove();
            replay.now = step.at();
            step.what().run();
        }
        return replay.tally;
    }

    private static AgentFacts facts(Agent agent) {
        return new AgentFacts(
                agent.id(),
                new Eligibility(Set.of(TYPE), null),
                agent.slots(),
                agent.costPerHourUsd(),
                true,
                Trust.CLOSED,
                false);
    }

    private void after(long nanos, Runnable what) {
        steps.add(new Step(now + nanos, ++lastStep, what));
    }

    private void tick() {
        fold(List.of(new DispatchMessage.Tick()));
        after(TICK, this::tick);
    }

    /** Lets tasks out of the backlog while there is credit. */
    private void release() {
        List<BatchTask> released = new ArrayList<>();
        while (out < credit && !backlog.isEmpty()) {
            out++;
            released.add(row(backlog.remove()));
        }
        if (!released.isEmpty()) {
            later(STORE, new DispatchMessage.Adopted(RUN, RunFacts.OF_GROUP, released));
        }
    }

    private void later(long nanos, DispatchMessage message) {
        after(nanos, () -> fold(List.of(message)));
    }

    private void fold(List<DispatchMessage> messages) {
        machine.on(messages, now, Instant.EPOCH.plusNanos(now)).forEach(this::carryOut);
    }

    private void carryOut(DispatchEffect effect) {
        switch (effect) {
            case DispatchEffect.Prepare prepare ->
                later(
                        0,
                        new DispatchMessage.Prepared(
                                prepare.task().taskId(),
                                prepare.epoch(),
                                prepare.task(),
                                false,
                                new Resolution.Payload(new byte[0])));
            case DispatchEffect.Commit commit -> {
                int epoch = ++epochs[task(commit.taskId())];
                tally.dispatched();
                later(
                        STORE,
                        new DispatchMessage.Dispatched(
                                List.of(new Dispatch(
                                        commit.taskId(), commit.expectedEpoch(), commit.agentId(), commit.placed())),
                                List.of(new Dispatch.Begun(commit.taskId(), 1, epoch, epoch))));
            }
            case DispatchEffect.SendStart start -> after(NETWORK, () -> start(start.agentId(), start.ref()));
            case DispatchEffect.RecordOutcome record ->
                after(STORE, () -> {
                    int task = task(record.outcome().taskId());
                    tally.ended(now - createdAt[task]);
                    open--;
                    out--;
                    fold(List.of(new DispatchMessage.OutcomesRecorded(
                            null,
                            RUN,
                            List.of(record.outcome()),
                            new Recorded(Set.of(task), List.of(), List.of(), List.of(), false))));
                    release();
                });
            case DispatchEffect.TakeBack back ->
                after(STORE, () -> {
                    out--;
                    backlog.addFirst(task(back.taskId()));
                    fold(List.of(
                            new DispatchMessage.TakenBack(Map.of(back.taskId(), back.epoch()), Set.of(back.taskId()))));
                    release();
                });
            // Of what else it says to the store, to agents and to people this simulation has nothing.
            case DispatchEffect.Load _,
                    DispatchEffect.Adopt _,
                    DispatchEffect.BookLate _,
                    DispatchEffect.SendAttach _,
                    DispatchEffect.SendCancel _,
                    DispatchEffect.SendPreempt _,
                    DispatchEffect.SendAcknowledge _,
                    DispatchEffect.SendDemand _,
                    DispatchEffect.MarkAccepted _,
                    DispatchEffect.SaveCheckpoint _,
                    DispatchEffect.SaveReport _,
                    DispatchEffect.SeekVictims _,
                    DispatchEffect.NotePreempted _,
                    DispatchEffect.TakeOver _,
                    DispatchEffect.Inspect _,
                    DispatchEffect.InspectHeld _,
                    DispatchEffect.ClaimTrial _,
                    DispatchEffect.ReturnTrial _,
                    DispatchEffect.NoteAccepted _,
                    DispatchEffect.NoteOutcome _,
                    DispatchEffect.NoteLate _,
                    DispatchEffect.NoteRerouted _,
                    DispatchEffect.NoteForgotten _,
                    DispatchEffect.ForgetBatch _,
                    DispatchEffect.NoteSlotFreed _,
                    DispatchEffect.NoteLeft _,
                    DispatchEffect.Return _ -> {}
        }
    }

    private void start(String agentId, DispatchRef ref) {
        Agent agent = pool.agents().stream()
                .filter(one -> one.id().equals(agentId))
                .findFirst()
                .orElseThrow();
        if (busy.merge(agentId, 1, Integer::sum) > agent.slots()) {
            throw new IllegalStateException("agent " + agentId + " was sent more than it has slots");
        }
        long nanos = (long) (requests.get(task(ref.taskId())).tokens() * agent.millisPerToken() * NANOS_A_MILLI);
        later(NETWORK, new DispatchMessage.Heard(agentId, new AgentEvent.Accepted(ref)));
        after(nanos, () -> {
            busy.merge(agentId, -1, Integer::sum);
            tally.ran(agent, agent.costPerHourUsd() * nanos / NANOS_AN_HOUR);
            byte[] result = "1".getBytes(StandardCharsets.UTF_8);
            later(NETWORK, new DispatchMessage.Heard(agentId, new AgentEvent.Succeeded(ref, result, Usage.NONE)));
        });
    }

    private static int task(UUID id) {
        return (int) id.getLeastSignificantBits();
    }

    private BatchTask row(int task) {
        return new BatchTask(
                new UUID(0, task),
                task,
                "default",
                null,
                null,
                TYPE,
                Priority.NORMAL,
                1.0,
                TaskStatus.RELEASED,
                0,
                epochs[task],
                null,
                null,
                null,
                Instant.EPOCH,
                "{}",
                false,
                Duration.ofHours(1),
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                0,
                Duration.ZERO,
                Duration.ZERO,
                false,
                Usage.NONE,
                null,
                PreemptionFacts.NONE,
                null);
    }

    /** Ends the simulation upon a mistake of the product's. */
    private static final class Mistakes implements DispatchMachine.Listener {
        @Override
        public void moved(DispatchPhase from, DispatchPhase to) {}

        @Override
        public void failed(Throwable why) {
            throw new IllegalStateException(why);
        }
    }
}
