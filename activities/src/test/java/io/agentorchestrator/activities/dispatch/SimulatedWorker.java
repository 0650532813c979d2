package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OverBudget;
import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.state.Dispatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One worker of a {@link DispatchWorld}: a machine, and what it decides. */
final class SimulatedWorker {
    /** After which an agent ends by itself what hangs: longer than tasks have, so that workers do so first. */
    private static final long OWN_TIMEOUT_NANOS = Duration.ofSeconds(200).toNanos();

    /** Longer than an answer of the store's is under way. */
    private static final long ANSWER_HEARD_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long SILENT_NANOS = WatchLeases.SILENT_AFTER.toNanos();
    private static final long KEEPALIVE_NANOS = Duration.ofSeconds(30).toNanos();

    private final DispatchWorld world;

    final String id;
    final DispatchMachine machine;
    final Set<String> connected = new HashSet<>();
    private final List<DispatchMessage> inbox = new ArrayList<>();
    boolean dead;
    long asleepSince;
    long asleepUntil;
    long slept;
    boolean woke;
    /** Indexes by batch, to be tried again elsewhere should this worker die. */
    final Map<Long, List<List<Integer>>> open = new HashMap<>();

    long lastBatch;

    SimulatedWorker(DispatchWorld world, String id) {
        this.world = world;
        this.id = id;
        this.machine = new DispatchMachine(id, DispatchSettings.DEFAULT, new OutcomeMapping(), world.listener);
    }

    void post(DispatchMessage message) {
        if (dead) {
            return;
        }
        inbox.add(message);
        world.after(0, this::fold);
    }

    void fold() {
        if (dead || inbox.isEmpty()) {
            return;
        }
        if (world.now < asleepUntil) {
            world.after(asleepUntil - world.now, this::fold);
            return;
        }
        List<DispatchMessage> messages = new ArrayList<>(inbox);
        inbox.clear();
        if (woke) {
            woke = false;
            messages.addFirst(new DispatchMessage.Woke());
        }
        List<DispatchEffect> effects = machine.on(messages, world.now - slept, world.wall());
        if (world.faults.workersSleep() && world.now < DispatchWorld.FAULTS_UNTIL && world.random.nextInt(500) == 0) {
            // Stopped between a decision and what comes of it, which it does when it wakes, before it looks at
            // anything.
            sleep(world.millis(3_000, 60_000));
            world.after(asleepUntil - world.now, () -> effects.forEach(this::carryOutIfAlive));
        } else {
            effects.forEach(this::carryOut);
        }
    }

    private void carryOutIfAlive(DispatchEffect effect) {
        if (!dead) {
            carryOut(effect);
        }
    }

    /** Whether it sleeps for longer than others wait for its next sign. */
    boolean isSilent() {
        return world.now < asleepUntil && world.now - asleepSince > SILENT_NANOS;
    }

    /** Whether it could do more for tasks of the agent than it does. */
    boolean keepsWaiting(String agentId) {
        return !dead
                && world.now >= asleepUntil
                && connected.contains(agentId)
                && machine.phases().values().stream()
                        .anyMatch(phase -> phase == DispatchPhase.WAITING || phase == DispatchPhase.STAGED);
    }

    void tick() {
        if (!dead && world.now < DispatchWorld.END) {
            post(new DispatchMessage.FleetChanged(world.fleet()));
            post(new DispatchMessage.StrategyChanged(world.strategy()));
            post(new DispatchMessage.Tick());
            world.after(DispatchWorld.TICK, this::tick);
        }
    }

    void sleep(long nanos) {
        asleepSince = world.now;
        asleepUntil = world.now + nanos;
        slept += nanos;
        woke = true;
        // Agents end the streams of a worker that does not answer.
        world.after(KEEPALIVE_NANOS, () -> {
            if (world.now < asleepUntil) {
                world.agents.values().stream()
                        .sorted(Comparator.comparing(agent -> agent.id))
                        .forEach(agent -> world.breakStream(this, agent));
            }
        });
    }

    private void carryOut(DispatchEffect effect) {
        switch (effect) {
            case DispatchEffect.Prepare prepare ->
                storeCall(() -> {
                    BatchTask task = world.store.read(prepare.task().index());
                    boolean impossible = DispatchWorld.isImpossible(task.index());
                    Resolution payload = impossible
                            ? new Resolution.Impossible("MISSING_INPUT", "no such input")
                            : new Resolution.Payload("{}".getBytes(StandardCharsets.UTF_8));
                    return new DispatchMessage.Prepared(
                            task.taskId(),
                            prepare.epoch(),
                            prepare.fresh() ? prepare.task() : task,
                            !prepare.fresh(),
                            payload);
                });
            case DispatchEffect.Commit commit ->
                storeCall(() -> {
                    List<Dispatch> asked = List.of(
                            new Dispatch(commit.taskId(), commit.expectedEpoch(), commit.agentId(), commit.placed()));
                    return new DispatchMessage.Dispatched(asked, world.store.dispatch(id, asked));
                });
            case DispatchEffect.RecordOutcome record ->
                storeCall(() -> new DispatchMessage.OutcomesRecorded(
                        record.batch(),
                        record.run(),
                        List.of(record.outcome()),
                        world.store.record(
                                List.of(record.outcome()),
                                record.batch() == null,
                                world.random.nextInt(4) > 0,
                                record.heldAgents())));
            case DispatchEffect.TakeBack back ->
                storeCall(() ->
                        new DispatchMessage.TakenBack(Map.of(back.taskId(), back.epoch()), world.store.requeue(back)));
            case DispatchEffect.TakeOver over ->
                storeCall(() -> new DispatchMessage.TakenOver(
                        Map.of(over.taskId(), over.epoch()),
                        Set.copyOf(world.store.takeOver(id, Map.of(over.taskId(), over.epoch())))));
            case DispatchEffect.Inspect inspect ->
                world.after(
                        world.faults.workersSleep() ? world.millis(0, 500) : 0,
                        () -> storeCall(() -> new DispatchMessage.Inspected(
                                inspect.indexes(),
                                inspect.run(),
                                world.store.states(inspect.indexes().values()))));
            case DispatchEffect.InspectHeld held ->
                storeCall(() -> new DispatchMessage.HeldInspected(held.batch(), world.store.states(held.indexes())));
            case DispatchEffect.Load load ->
                storeCall(() -> new DispatchMessage.Loaded(
                        load.batch(),
                        load.run(),
                        load.indexes(),
                        load.indexes().stream().map(world.store::read).toList()));
            case DispatchEffect.Adopt adopt ->
                storeCall(() -> new DispatchMessage.Adopted(
                        adopt.run(),
                        SimulatedStore.FACTS,
                        adopt.indexes().stream().map(world.store::read).toList()));
            case DispatchEffect.MarkAccepted mark ->
                storeCall(() -> {
                    world.store.accepted(mark.taskId(), mark.epoch());
                    return new DispatchMessage.Tick();
                });
            case DispatchEffect.SaveReport save ->
                storeCall(() -> {
                    TaskReport report = save.report();
                    world.store.report(report);
                    if (!world.faults.isAny()
                            || world.now >= DispatchWorld.FAULTS_UNTIL
                            || world.random.nextInt(10) > 0) {
                        return new DispatchMessage.Tick();
                    }
                    boolean fails = world.random.nextBoolean();
                    world.earned.merge(report.taskId(), fails ? 1 : 0, Integer::sum);
                    return new DispatchMessage.OverBudgetFound(
                            List.of(new OverBudget(report.taskId(), report.epoch(), fails, "it costs too much")));
                });
            case DispatchEffect.SendStart start -> {
                world.starts(this, start.ref());
                send(start.agentId(), agent -> {
                    if (world.faults.silentAgents()
                            && world.now < DispatchWorld.FAULTS_UNTIL
                            && world.random.nextInt(20) == 0) {
                        return; // it hears nothing
                    }
                    if (agent.start(id, start.ref())) {
                        world.begins(agent, start.ref());
                        execute(agent, start.ref());
                    }
                });
            }
            case DispatchEffect.SendAttach attach ->
                send(attach.agentId(), agent -> attach.refs().forEach(ref -> agent.attach(id, ref)));
            case DispatchEffect.SendCancel cancel -> send(cancel.agentId(), agent -> agent.cancel(id, cancel.ref()));
            case DispatchEffect.SendPreempt preempt -> send(preempt.agentId(), agent -> makeWay(agent, preempt.ref()));
            case DispatchEffect.SeekVictims seek ->
                storeCall(() -> new DispatchMessage.Adopted(
                        SimulatedStore.RUN,
                        SimulatedStore.FACTS,
                        world.store.preemptible(id, seek.agentIds(), seek.priority(), seek.most()).stream()
                                .map(world.store::read)
                                .toList()));
            case DispatchEffect.NotePreempted _ -> world.preempted++;
            case DispatchEffect.NoteRerouted rerouted -> {
                if (!rerouted.refused()) {
                    world.moved.merge(rerouted.ref().taskId(), 1, Integer::sum);
                }
            }
            case DispatchEffect.SendAcknowledge ack ->
                send(ack.agentId(), agent -> ack.refs().forEach(agent::acknowledge));
            case DispatchEffect.ClaimTrial claim ->
                world.after(
                        world.millis(1, 20),
                        () -> post(new DispatchMessage.TrialAnswered(
                                claim.agentId(), claim.ref(), world.random.nextBoolean())));
            case DispatchEffect.Return done -> world.returned(this, done.batch(), done.result());
            case DispatchEffect.SendDemand _,
                    DispatchEffect.SaveCheckpoint _,
                    DispatchEffect.BookLate _,
                    DispatchEffect.ReturnTrial _,
                    DispatchEffect.NoteAccepted _,
                    DispatchEffect.NoteOutcome _,
                    DispatchEffect.NoteLate _,
                    DispatchEffect.NoteLeft _,
                    DispatchEffect.NoteForgotten _,
                    DispatchEffect.ForgetBatch _,
                    DispatchEffect.NoteSlotFreed _ -> {}
        }
    }

    /** Half stop at once, some within the grace, some never by themselves; and what completes first has completed. */
    private void makeWay(SimulatedAgent agent, DispatchRef ref) {
        switch (world.random.nextInt(4)) {
            case 0, 1 -> agent.makeWay(id, ref);
            case 2 ->
                world.after(world.millis(1, 5_000), () -> {
                    if (!agent.isStopped(world.now)) {
                        agent.makeWay(id, ref);
                    }
                });
            default -> {}
        }
    }

    interface StoreCall {
        DispatchMessage get();
    }

    /** Reaches the store sooner or later, even if the worker dies meanwhile; the answer may be lost with it. */
    void storeCall(StoreCall call) {
        long wait = Math.max(0, world.storeAwayUntil - world.now) + world.millis(1, world.faults.storeAway() ? 50 : 5);
        boolean twice =
                world.faults.storeAway() && world.now < DispatchWorld.FAULTS_UNTIL && world.random.nextInt(10) == 0;
        world.storeAnswersUntil = Math.max(world.storeAnswersUntil, world.now + wait + ANSWER_HEARD_NANOS);
        world.after(wait, () -> {
            DispatchMessage answer = call.get();
            if (twice) {
                answer = call.get(); // the first answer was lost, and the write was repeated
            }
            DispatchMessage told = answer;
            world.after(world.millis(0, 3), () -> post(told));
        });
    }

    private void send(String agentId, Consumer<SimulatedAgent> message) {
        world.after(world.millis(0, 2), () -> {
            SimulatedAgent agent = world.agents.get(agentId);
            if (agent != null && agent.isStopped(world.now)) {
                world.after(agent.stoppedUntil - world.now, () -> hear(agent, message));
            } else if (agent != null) {
                hear(agent, message);
            }
        });
    }

    private void hear(SimulatedAgent agent, Consumer<SimulatedAgent> message) {
        if (!agent.crashed && connected.contains(agent.id)) {
            message.accept(agent);
        }
    }

    private void execute(SimulatedAgent agent, DispatchRef ref) {
        boolean hangs =
                world.faults.silentAgents() && world.now < DispatchWorld.FAULTS_UNTIL && world.random.nextInt(40) == 0;
        long takes = world.random.nextInt(10) == 0 ? world.millis(5_000, 30_000) : world.millis(1, 400);
        if (!hangs) {
            int fate = world.random.nextInt(30);
            world.after(takes, () -> end(agent, ref, fate == 0));
        } else {
            world.earned.merge(ref.taskId(), 1, Integer::sum); // it will time out
            world.after(OWN_TIMEOUT_NANOS, () -> agent.fail(ref, "TIMEOUT", true));
        }
    }

    private void end(SimulatedAgent agent, DispatchRef ref, boolean fails) {
        if (agent.isStopped(world.now)) {
            world.after(agent.stoppedUntil - world.now, () -> end(agent, ref, fails));
        } else if (fails) {
            agent.fail(ref, "FAULT", true);
            world.earned.merge(ref.taskId(), 1, Integer::sum);
        } else {
            agent.succeed(ref);
        }
    }
}
