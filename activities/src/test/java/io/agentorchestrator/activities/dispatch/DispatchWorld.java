package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Workers, agents and a store in virtual time, with the faults of a seed: agents that crash, stop, hang or refuse; streams that break; a store
 * that is slow or away; workers that sleep or die; an API that takes no heartbeats; a time of day that steps. After {@link #FAULTS_UNTIL} all is well.
 */
final class DispatchWorld {
    static final long MILLI = 1_000_000L;
    static final long FAULTS_UNTIL = Duration.ofSeconds(60).toNanos();
    private static final long END = Duration.ofMinutes(12).toNanos();
    private static final long TICK = 100 * MILLI;
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final long UNHEARD_NANOS = Duration.ofSeconds(10).toNanos();
    /** How long workers may take to notice that a task of theirs has ended elsewhere. */
    private static final long SETTLE_NANOS = Duration.ofSeconds(70).toNanos();

    final Random random;
    final Faults faults;
    final SimulatedStore store = new SimulatedStore();
    final Map<String, SimulatedAgent> agents = new HashMap<>();
    final Map<String, Worker> workers = new HashMap<>();
    final DispatchMachine.Listener listener;
    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparingLong(Step::at).thenComparingLong(Step::number));
    private final Set<Integer> inBatch = new HashSet<>();
    /** Tasks that have left the backlog and that no activity has. */
    private final Map<Integer, Long> releasedSince = new HashMap<>();

    /** Attempts that the agents' own doing cost, by task: an agent died with it. */
    final Map<UUID, Integer> earned = new HashMap<>();

    private long now;
    private long lastStep;
    private long storeAwayUntil;
    private boolean apiAway;
    private long wallStep;

    /** The kinds of fault that a world has. */
    record Faults(
            boolean agentsCrash,
            boolean agentsStop,
            boolean streamsBreak,
            boolean storeAway,
            boolean workersSleep,
            boolean workersDie,
            boolean cancels,
            boolean breakers,
            boolean unreachable,
            boolean deadlines,
            boolean silentAgents) {
        boolean isAny() {
            return agentsCrash
                    || agentsStop
                    || streamsBreak
                    || storeAway
                    || workersSleep
                    || workersDie
                    || cancels
                    || breakers
                    || unreachable
                    || deadlines
                    || silentAgents;
        }
    }

    private record Step(long at, long number, Runnable what) {}

    DispatchWorld(long seed, Faults faults, DispatchMachine.Listener listener) {
        this.random = new Random(seed);
        this.faults = faults;
        this.listener = listener;
    }

    void after(long nanos, Runnable what) {
        steps.add(new Step(now + nanos, ++lastStep, what));
    }

    /** One worker's process. */
    final class Worker {
        final String id;
        final DispatchMachine machine;
        final Set<String> connected = new HashSet<>();
        private final List<DispatchMessage> inbox = new ArrayList<>();
        boolean dead;
        long asleepUntil;
        long slept;
        boolean woke;
        /** Indexes by batch, to be tried again elsewhere should this worker die. */
        final Map<Long, List<List<Integer>>> open = new HashMap<>();

        long lastBatch;

        Worker(String id) {
            this.id = id;
            this.machine = new DispatchMachine(
                    id, DispatchSettings.DEFAULT, new OutcomeMapping(JsonMapper.shared()), listener);
        }

        void tell(DispatchMessage message) {
            if (dead) {
                return;
            }
            inbox.add(message);
            after(0, this::fold);
        }

        void fold() {
            if (dead || inbox.isEmpty()) {
                return;
            }
            if (now < asleepUntil) {
                after(asleepUntil - now, this::fold);
                return;
            }
            List<DispatchMessage> messages = new ArrayList<>(inbox);
            inbox.clear();
            if (woke) {
                woke = false;
                messages.addFirst(new DispatchMessage.Woke());
            }
            for (DispatchEffect effect : machine.on(messages, now - slept, wall())) {
                carryOut(this, effect);
            }
        }

        void tick() {
            if (!dead && now < END) {
                tell(new DispatchMessage.FleetChanged(fleet()));
                tell(new DispatchMessage.Tick());
                after(TICK, this::tick);
            }
        }

        void sleep(long nanos) {
            asleepUntil = now + nanos;
            slept += nanos;
            woke = true;
        }
    }

    Instant wall() {
        return Instant.EPOCH.plusNanos(now + wallStep);
    }

    private List<AgentFacts> fleet() {
        return agents.values().stream()
                .sorted(Comparator.comparing(agent -> agent.id))
                .map(agent -> new AgentFacts(
                        agent.id, Set.of("t"), agent.slots, !agent.crashed && !apiAway, trust(agent), agent.crashed))
                .toList();
    }

    private Trust trust(SimulatedAgent agent) {
        if (!faults.breakers() || now > FAULTS_UNTIL) {
            return Trust.CLOSED;
        }
        return switch ((int) ((now / (5_000 * MILLI) + agent.id.hashCode()) % 4)) {
            case 0 -> Trust.NONE;
            case 1 -> Trust.TRIAL_FREE;
            default -> Trust.CLOSED;
        };
    }

    // What the machine decides

    private void carryOut(Worker worker, DispatchEffect effect) {
        switch (effect) {
            case DispatchEffect.Prepare prepare ->
                storeCall(worker, () -> {
                    BatchTask task = store.read(prepare.task().index());
                    boolean impossible = isImpossible(task.index());
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
                storeCall(worker, () -> {
                    List<Dispatch> asked =
                            List.of(new Dispatch(commit.taskId(), commit.expectedEpoch(), commit.agentId()));
                    return new DispatchMessage.Dispatched(asked, store.dispatch(worker.id, asked));
                });
            case DispatchEffect.RecordOutcome record ->
                storeCall(
                        worker,
                        () -> new DispatchMessage.OutcomesRecorded(
                                record.batch(),
                                record.run(),
                                List.of(record.outcome()),
                                store.record(
                                        List.of(record.outcome()),
                                        record.batch() == null,
                                        random.nextInt(4) > 0,
                                        record.heldAgents())));
            case DispatchEffect.TakeBack back ->
                storeCall(
                        worker,
                        () -> new DispatchMessage.TakenBack(
                                Map.of(back.taskId(), back.epoch()),
                                store.takeBack(Map.of(back.taskId(), back.epoch()), back.notice())));
            case DispatchEffect.TakeOver over ->
                storeCall(
                        worker,
                        () -> new DispatchMessage.TakenOver(
                                Map.of(over.taskId(), over.epoch()),
                                Set.copyOf(store.takeOver(worker.id, Map.of(over.taskId(), over.epoch())))));
            case DispatchEffect.Inspect inspect ->
                storeCall(
                        worker,
                        () -> new DispatchMessage.Inspected(
                                inspect.indexes(),
                                inspect.run(),
                                store.states(inspect.indexes().values())));
            case DispatchEffect.InspectHeld held ->
                storeCall(worker, () -> new DispatchMessage.HeldInspected(held.batch(), store.states(held.indexes())));
            case DispatchEffect.Load load ->
                storeCall(
                        worker,
                        () -> new DispatchMessage.Loaded(
                                load.batch(),
                                load.run(),
                                load.indexes().stream().map(store::read).toList()));
            case DispatchEffect.Adopt adopt ->
                storeCall(
                        worker,
                        () -> new DispatchMessage.Adopted(
                                adopt.run(),
                                SimulatedStore.FACTS,
                                adopt.indexes().stream().map(store::read).toList()));
            case DispatchEffect.MarkAccepted mark ->
                storeCall(worker, () -> {
                    store.accepted(mark.taskId(), mark.epoch());
                    return new DispatchMessage.Tick();
                });
            case DispatchEffect.SendStart start ->
                send(worker, start.agentId(), agent -> {
                    if (faults.silentAgents() && now < FAULTS_UNTIL && random.nextInt(20) == 0) {
                        return; // it hears nothing
                    }
                    if (agent.start(worker.id, start.ref())) {
                        execute(agent, start.ref());
                    }
                });
            case DispatchEffect.SendAttach attach ->
                send(worker, attach.agentId(), agent -> attach.refs().forEach(ref -> agent.attach(worker.id, ref)));
            case DispatchEffect.SendCancel cancel ->
                send(worker, cancel.agentId(), agent -> agent.cancel(worker.id, cancel.ref()));
            case DispatchEffect.SendAcknowledge ack ->
                send(worker, ack.agentId(), agent -> ack.refs().forEach(agent::acknowledge));
            case DispatchEffect.ClaimTrial claim ->
                after(
                        millis(1, 20),
                        () -> worker.tell(
                                new DispatchMessage.TrialAnswered(claim.agentId(), claim.ref(), random.nextBoolean())));
            case DispatchEffect.Return done -> returned(worker, done.batch(), done.result());
            case DispatchEffect.SendDemand _,
                    DispatchEffect.SaveCheckpoint _,
                    DispatchEffect.BookLate _,
                    DispatchEffect.ReturnTrial _,
                    DispatchEffect.NoteAccepted _,
                    DispatchEffect.NoteOutcome _,
                    DispatchEffect.NoteLate _,
                    DispatchEffect.NoteRerouted _,
                    DispatchEffect.NoteLeft _,
                    DispatchEffect.NoteSlotFreed _ -> {}
        }
    }

    /** Whether the task's payload cannot be made. */
    static boolean isImpossible(int index) {
        return index % 17 == 16;
    }

    private interface StoreCall {
        DispatchMessage get();
    }

    /** Reaches the store sooner or later, even if the worker dies meanwhile; the answer may be lost with it. */
    private void storeCall(Worker worker, StoreCall call) {
        long wait = Math.max(0, storeAwayUntil - now) + millis(1, faults.storeAway() ? 50 : 5);
        boolean twice = faults.storeAway() && now < FAULTS_UNTIL && random.nextInt(10) == 0;
        after(wait, () -> {
            DispatchMessage answer = call.get();
            if (twice) {
                answer = call.get(); // the first answer was lost, and the write was repeated
            }
            DispatchMessage told = answer;
            after(millis(0, 3), () -> worker.tell(told));
        });
    }

    private void send(Worker worker, String agentId, java.util.function.Consumer<SimulatedAgent> message) {
        after(millis(0, 2), () -> {
            SimulatedAgent agent = agents.get(agentId);
            if (agent != null && !agent.crashed && worker.connected.contains(agentId)) {
                message.accept(agent);
            }
        });
    }

    private void execute(SimulatedAgent agent, DispatchRef ref) {
        boolean hangs = faults.silentAgents() && now < FAULTS_UNTIL && random.nextInt(40) == 0;
        long takes = random.nextInt(10) == 0 ? millis(5_000, 30_000) : millis(1, 400);
        if (!hangs) {
            int fate = random.nextInt(30);
            after(takes, () -> {
                if (fate == 0) {
                    agent.fail(ref, "FAULT", true);
                    earned.merge(ref.taskId(), 1, Integer::sum);
                } else {
                    agent.succeed(ref);
                }
            });
        } else {
            earned.merge(ref.taskId(), 1, Integer::sum); // it will time out
        }
    }

    // Streams

    void connect(Worker worker, SimulatedAgent agent) {
        after(millis(1, 300), () -> {
            if (worker.dead || agent.crashed || worker.connected.contains(agent.id) || !agents.containsValue(agent)) {
                if (!worker.dead && agents.containsValue(agent) && !worker.connected.contains(agent.id)) {
                    connect(worker, agent);
                }
                return;
            }
            worker.connected.add(agent.id);
            worker.tell(new DispatchMessage.Connected(agent.id));
        });
    }

    void breakStream(Worker worker, SimulatedAgent agent) {
        if (worker.connected.remove(agent.id)) {
            worker.tell(new DispatchMessage.Disconnected(agent.id, StreamEnd.UNREACHABLE, "broken"));
            connect(worker, agent);
        }
    }

    SimulatedAgent addAgent(String id, int slots) {
        SimulatedAgent[] self = new SimulatedAgent[1];
        SimulatedAgent agent = new SimulatedAgent(id, slots, (workerId, event) -> {
            Worker worker = workers.get(workerId);
            SimulatedAgent from = self[0];
            after(millis(0, 2), () -> {
                if (worker != null && from != null && worker.connected.contains(from.id)) {
                    worker.tell(new DispatchMessage.Heard(from.id, event));
                }
            });
        });
        self[0] = agent;
        agents.put(id, agent);
        return agent;
    }

    // The run: release, batches, retries

    private void returned(Worker worker, long batch, BatchResult result) {
        worker.open.remove(batch);
        result.ended().forEach(this::ended);
        result.notStarted().forEach(inBatch::remove);
        result.running().forEach(inBatch::remove);
        inBatch.addAll(result.releases());
        if (!result.releases().isEmpty()) {
            open(anyWorker(), result.releases(), List.of());
        }
    }

    private void ended(AttemptEnd end) {
        inBatch.remove(end.task());
        SimulatedStore.Row row = store.row(end.task());
        if (row.status == TaskStatus.BACKOFF) {
            row.status = end.retryable() ? TaskStatus.QUEUED : TaskStatus.FAILED;
        }
    }

    /** Lets queued tasks out, in batches; hears notices; adopts. */
    private void release() {
        List.copyOf(store.notices).forEach(this::ended);
        store.notices.clear();
        store.backNotices.clear();
        List<Integer> released = new ArrayList<>();
        for (SimulatedStore.Row row : store.rows.values()) {
            if (row.status != TaskStatus.RELEASED || inBatch.contains(row.index)) {
                releasedSince.remove(row.index);
            } else if (now - releasedSince.computeIfAbsent(row.index, index -> now) > UNHEARD_NANOS) {
                releasedSince.remove(row.index);
                open(anyWorker(), List.of(row.index), List.of()); // its run is told once more
            }
            if (row.cancelled
                    && (row.status == TaskStatus.QUEUED
                            || row.status == TaskStatus.RELEASED
                            || row.status == TaskStatus.WAITING)) {
                row.status = TaskStatus.CANCELLED;
            } else if (row.status == TaskStatus.QUEUED && row.attemptEpochs == 0 && released.size() < 12) {
                if (row.deadline != null && !wall().isBefore(row.deadline)) {
                    row.status = TaskStatus.FAILED;
                    continue;
                }
                row.status = TaskStatus.RELEASED;
                released.add(row.index);
            } else if (row.status == TaskStatus.BACKOFF && !inBatch.contains(row.index)) {
                row.status = TaskStatus.QUEUED;
            }
        }
        if (!released.isEmpty()) {
            List<Integer> following = new ArrayList<>();
            for (SimulatedStore.Row row : store.rows.values()) {
                if (row.parent != null && row.status == TaskStatus.WAITING && released.contains(row.parent)) {
                    following.add(row.index);
                }
            }
            open(anyWorker(), released, following);
        }
        if (now < END && !store.unfinished().isEmpty()) {
            after(500 * MILLI, this::release);
        }
    }

    private @Nullable Worker anyWorker() {
        List<Worker> alive = workers.values().stream()
                .filter(worker -> !worker.dead)
                .sorted(Comparator.comparing(worker -> worker.id))
                .toList();
        return alive.isEmpty() ? null : alive.get(random.nextInt(alive.size()));
    }

    private void open(@Nullable Worker worker, List<Integer> tasks, List<Integer> following) {
        if (worker == null) {
            after(1_000 * MILLI, () -> open(anyWorker(), tasks, following));
            return;
        }
        if (faults.workersSleep() && now < FAULTS_UNTIL && random.nextInt(10) == 0) {
            after(10_000 * MILLI, () -> open(anyWorker(), tasks, following)); // Temporal took the activity for dead
        }
        inBatch.addAll(tasks);
        inBatch.addAll(following);
        long id = ++worker.lastBatch;
        worker.open.put(id, List.of(tasks, following));
        storeCall(
                worker,
                () -> new DispatchMessage.BatchOpened(
                        id,
                        SimulatedStore.RUN,
                        SimulatedStore.FACTS,
                        tasks.stream().map(store::read).toList(),
                        following,
                        following.stream()
                                .filter(index -> index % 2 == 0)
                                .map(store::read)
                                .toList(),
                        Duration.ofSeconds(5)));
    }

    private void adopt() {
        Set<String> alive = new LinkedHashSet<>();
        workers.values().stream()
                .filter(worker -> !worker.dead && now - Math.max(0, worker.asleepUntil - now) >= 0)
                .filter(worker -> worker.asleepUntil - now < 0 || worker.asleepUntil - now < 12_000 * MILLI)
                .forEach(worker -> alive.add(worker.id));
        workers.values().stream()
                .filter(worker -> !worker.dead)
                .forEach(worker -> storeCall(worker, () -> new DispatchMessage.Watched(store.watched(worker.id))));
        Worker adopter = anyWorker();
        if (adopter != null && now >= adopter.asleepUntil) {
            List<Integer> adopted = store.adopt(adopter.id, alive);
            if (!adopted.isEmpty()) {
                storeCall(
                        adopter,
                        () -> new DispatchMessage.Adopted(
                                SimulatedStore.RUN,
                                SimulatedStore.FACTS,
                                adopted.stream().map(store::read).toList()));
            }
        }
        if (now < END && !store.unfinished().isEmpty()) {
            after(5_000 * MILLI, this::adopt);
        }
    }

    // Faults

    private void fault() {
        if (now > FAULTS_UNTIL) {
            heal();
            return;
        }
        List<SimulatedAgent> all = agents.values().stream()
                .sorted(Comparator.comparing(agent -> agent.id))
                .toList();
        SimulatedAgent agent = all.get(random.nextInt(all.size()));
        Worker worker = anyWorker();
        switch (random.nextInt(9)) {
            case 0 -> {
                if (faults.agentsCrash() && !agent.crashed) {
                    crash(agent);
                }
            }
            case 1 -> {
                if (faults.agentsStop() && !agent.crashed) {
                    agent.stopAll();
                }
            }
            case 2 -> {
                if (faults.streamsBreak() && worker != null) {
                    breakStream(worker, agent);
                }
            }
            case 3 -> {
                if (faults.storeAway()) {
                    storeAwayUntil = now + millis(100, 8_000);
                }
            }
            case 4 -> {
                if (faults.workersSleep() && worker != null && now >= worker.asleepUntil) {
                    worker.sleep(millis(3_000, 40_000));
                }
            }
            case 5 -> {
                if (faults.workersDie() && worker != null && random.nextInt(3) == 0) {
                    die(worker);
                }
            }
            case 6 -> {
                if (faults.cancels()) {
                    cancelSome();
                }
            }
            case 7 -> apiAway = faults.unreachable() && random.nextInt(3) == 0;
            case 8 -> wallStep += faults.unreachable() ? millis(-2_000, 2_000) : 0;
            default -> throw new IllegalStateException();
        }
        after(millis(200, 3_000), this::fault);
    }

    private void crash(SimulatedAgent agent) {
        agent.crash().forEach(id -> earned.merge(id, 1, Integer::sum));
        agent.crashed = true;
        workers.values().forEach(worker -> breakStream(worker, agent));
        after(millis(500, 15_000), () -> agent.crashed = false);
    }

    private void die(Worker worker) {
        worker.dead = true;
        worker.connected.clear();
        String id = worker.id + "'";
        after(millis(100, 5_000), () -> startWorker(id));
        worker.open
                .values()
                .forEach(batch -> after(10_000 * MILLI, () -> open(anyWorker(), batch.get(0), batch.get(1))));
    }

    private void cancelSome() {
        List<SimulatedStore.Row> open = store.rows.values().stream()
                .filter(row -> !row.isOver() && !row.cancelled)
                .toList();
        if (open.isEmpty()) {
            return;
        }
        SimulatedStore.Row row = open.get(random.nextInt(open.size()));
        row.cancelled = true;
        if (row.status == TaskStatus.RELEASED || row.status == TaskStatus.BACKOFF) {
            row.status = TaskStatus.CANCELLED;
            inBatch.remove(row.index);
        }
        workers.values().forEach(worker -> worker.tell(new DispatchMessage.CancelWanted(List.of(row.id), "wanted")));
    }

    private void heal() {
        storeAwayUntil = 0;
        apiAway = false;
    }

    // Setting up, and running

    void startWorker(String id) {
        Worker worker = new Worker(id);
        workers.put(id, worker);
        worker.tell(new DispatchMessage.FleetChanged(fleet()));
        agents.values().stream()
                .sorted(Comparator.comparing(agent -> agent.id))
                .forEach(agent -> connect(worker, agent));
        worker.tick();
    }

    void run(int tasks, int workerCount, int agentCount) {
        for (int i = 0; i < agentCount; i++) {
            var _ = addAgent("agent-" + i, 1 + random.nextInt(4));
        }
        for (int i = 0; i < tasks; i++) {
            Integer parent = i > 2 && random.nextInt(3) == 0 ? random.nextInt(i) : null;
            SimulatedStore.Row row =
                    new SimulatedStore.Row(i, "t", PRIORITIES.get(random.nextInt(PRIORITIES.size())), parent);
            if (faults.deadlines() && random.nextInt(5) == 0) {
                row.deadline = Instant.EPOCH.plusMillis(1_000 + random.nextInt(20_000));
            }
            store.add(row);
        }
        for (int i = 0; i < workerCount; i++) {
            startWorker("worker-" + i);
        }
        after(10 * MILLI, this::release);
        after(1_000 * MILLI, this::adopt);
        after(500 * MILLI, this::fault);
        long endedAt = Long.MAX_VALUE;
        while (!steps.isEmpty()) {
            Step step = steps.remove();
            if (step.at() > END || step.at() > endedAt) {
                return;
            }
            now = step.at();
            step.what().run();
            if (endedAt == Long.MAX_VALUE) {
                upstream();
                endedAt = store.unfinished().isEmpty() ? now + SETTLE_NANOS : endedAt;
            }
        }
    }

    /** What depends on a task that ended otherwise ends with it. */
    private void upstream() {
        for (SimulatedStore.Row row : store.rows.values()) {
            if (row.parent != null && row.status == TaskStatus.WAITING) {
                TaskStatus parent = store.row(row.parent).status;
                if (parent == TaskStatus.CANCELLED || parent == TaskStatus.FAILED) {
                    row.status = TaskStatus.CANCELLED;
                }
            }
        }
    }

    /** The phases of tasks that workers hold. */
    String phases() {
        StringBuilder text = new StringBuilder();
        workers.values().stream()
                .filter(worker -> !worker.dead)
                .forEach(worker -> text.append(worker.id).append(worker.machine.phases()));
        return text.toString();
    }

    long millis(int least, int most) {
        return (least + random.nextInt(Math.max(1, most - least + 1))) * MILLI;
    }
}
