package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.run.BatchResult;
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

/**
 * Workers, agents and a store in virtual time, with the faults of a seed: agents that crash, stop, hang or refuse; streams that break; a store
 * that is slow or away; workers that sleep or die; agents that are stopped and go on; an API that takes no heartbeats; a time of day that steps. After {@link #FAULTS_UNTIL} all is well.
 */
final class DispatchWorld {
    static final long MILLI = 1_000_000L;
    static final long FAULTS_UNTIL = Duration.ofSeconds(60).toNanos();
    static final long END = Duration.ofMinutes(12).toNanos();
    static final long TICK = 100 * MILLI;
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final long SILENT_NANOS = Duration.ofSeconds(20).toNanos();
    /** How long workers may take to act on a pause. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long UNHEARD_NANOS = Duration.ofSeconds(10).toNanos();
    /** How long workers may take to notice that a task of theirs has ended elsewhere. */
    private static final long COOL_DOWN_NANOS = Duration.ofSeconds(70).toNanos();

    final Random random;
    final DispatchFaults.Faults faults;
    final SimulatedStore store = new SimulatedStore();
    final Map<String, SimulatedAgent> agents = new HashMap<>();
    final Map<String, SimulatedWorker> workers = new HashMap<>();
    final DispatchMachine.Listener listener;
    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparingLong(Step::at).thenComparingLong(Step::number));
    final Set<Integer> inBatch = new HashSet<>();
    /** Tasks that have left the backlog and that no activity has. */
    private final Map<Integer, Long> releasedSince = new HashMap<>();

    /** Attempts that the agents' own doing cost, by task: an agent died with it. */
    final Map<UUID, Integer> earned = new HashMap<>();

    /** Times that workers moved tasks on which their agents had not refused: another worker may have had one stopped. */
    final Map<UUID, Integer> moved = new HashMap<>();

    /** By worker and agent. */
    private final Map<String, Long> cutUntil = new HashMap<>();

    private final boolean isCostBased;

    long now;
    private long lastStep;
    long storeAwayUntil;
    /** When the store has answered all that it was asked so far, and workers have heard of it. */
    long storeAnswersUntil;

    long pauseToldAt = Long.MAX_VALUE;
    boolean apiAway;
    long wallStep;
    /** Times that tasks were stopped for others. */
    int preempted;
    /** Whether steps of dispatch itself fail. */
    boolean isMistaken;

    /** The strategy by which tasks are placed, of every other world the other one. */
    PlacementStrategy strategy() {
        return isCostBased ? PlacementStrategy.COST_BASED : PlacementStrategy.LEAST_LOADED;
    }

    private record Step(long at, long number, Runnable what) {}

    DispatchWorld(long seed, DispatchFaults.Faults faults, DispatchMachine.Listener listener) {
        this.random = new Random(seed);
        this.faults = faults;
        this.isCostBased = seed % 2 == 1;
        this.listener = listener;
    }

    void after(long nanos, Runnable what) {
        steps.add(new Step(now + nanos, ++lastStep, what));
    }

    Instant wall() {
        return Instant.EPOCH.plusNanos(now + wallStep);
    }

    List<AgentFacts> fleet() {
        return agents.values().stream()
                .sorted(Comparator.comparing(agent -> agent.id))
                .map(agent -> new AgentFacts(
                        agent.id,
                        new Eligibility(Set.of("t"), null),
                        agent.slots,
                        Math.floorMod(agent.id.hashCode(), 3),
                        !agent.crashed && !isSilent(agent) && !apiAway,
                        trust(agent),
                        (agent.crashed || isSilent(agent)) && !apiAway))
                .toList();
    }

    private boolean isSilent(SimulatedAgent agent) {
        return agent.isStopped(now) && now - agent.stoppedSince > SILENT_NANOS;
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

    // Streams

    void connect(SimulatedWorker worker, SimulatedAgent agent) {
        after(millis(1, 300), () -> {
            if (worker.dead || worker.connected.contains(agent.id)) {
                return;
            }
            if (now < worker.asleepUntil) {
                after(worker.asleepUntil - now, () -> connect(worker, agent));
            } else if (agent.crashed || agent.isStopped(now) || isCut(worker, agent)) {
                worker.post(new DispatchMessage.Unreachable(agent.id, agent.crashed));
                after(500 * MILLI, () -> connect(worker, agent));
            } else {
                worker.connected.add(agent.id);
                worker.post(new DispatchMessage.Connected(agent.id, agent.preempts));
            }
        });
    }

    private boolean isCut(SimulatedWorker worker, SimulatedAgent agent) {
        return now < cutUntil.getOrDefault(worker.id + agent.id, 0L);
    }

    /** The worker alone cannot reach the agent, which ends what it has of it when the leases are over. */
    void cut(SimulatedWorker worker, SimulatedAgent agent, long nanos) {
        cutUntil.put(worker.id + agent.id, now + nanos);
        breakStream(worker, agent);
        after(AgentConnections.LEASE.toNanos(), () -> {
            if (isCut(worker, agent)) {
                agent.expireLeases(worker.id);
            }
        });
    }

    /** A Start is sent: not for long in a run whose workers know that it is paused. */
    void starts(SimulatedWorker worker, DispatchRef ref) {
        long knownSince = Math.max(pauseToldAt, Math.max(storeAwayUntil, worker.asleepUntil));
        if (store.paused && knownSince < now - PAUSE_NANOS) {
            store.violations.add(
                    "task " + ref.taskId().getLeastSignificantBits() + " is started though its run is paused");
        }
    }

    /** An agent begins to execute a task: no other one may be at it, but for what it has earned by a time-out. */
    void begins(SimulatedAgent agent, DispatchRef ref) {
        boolean twice =
                agents.values().stream().anyMatch(other -> other != agent && !other.crashed && other.hasEarlier(ref));
        if (twice && !earned.containsKey(ref.taskId())) {
            store.violations.add("task " + ref.taskId().getLeastSignificantBits() + " is executed twice at once");
        }
    }

    void breakStream(SimulatedWorker worker, SimulatedAgent agent) {
        if (worker.connected.remove(agent.id)) {
            worker.post(new DispatchMessage.Disconnected(agent.id, StreamEnd.UNREACHABLE, "broken"));
            connect(worker, agent);
        }
    }

    SimulatedAgent addAgent(String id, int slots) {
        SimulatedAgent[] self = new SimulatedAgent[1];
        SimulatedAgent agent = new SimulatedAgent(id, slots, (workerId, event) -> {
            SimulatedWorker worker = workers.get(workerId);
            SimulatedAgent from = self[0];
            after(millis(0, 2), () -> {
                if (worker != null && from != null && worker.connected.contains(from.id)) {
                    worker.post(new DispatchMessage.Heard(from.id, event));
                }
            });
        });
        self[0] = agent;
        agent.preempts = random.nextInt(4) > 0;
        agents.put(id, agent);
        return agent;
    }

    /** Whether the task's payload cannot be made. */
    static boolean isImpossible(int index) {
        return index % 17 == 16;
    }

    // The run: release, batches, retries

    void returned(SimulatedWorker worker, long batch, BatchResult result) {
        List<List<Integer>> opened = worker.open.remove(batch);
        Set<Integer> unsaid = new LinkedHashSet<>();
        if (opened != null) {
            opened.forEach(unsaid::addAll);
        }
        result.ended().forEach(end -> unsaid.remove(end.task()));
        unsaid.removeAll(result.notStarted());
        unsaid.removeAll(result.running());
        if (!unsaid.isEmpty()) {
            open(anyWorker(), List.copyOf(unsaid), List.of()); // the run looks for what its batch says nothing of
        }
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
            } else if (row.status == TaskStatus.QUEUED && released.size() < 12 && !store.paused) {
                if (row.deadline != null && !wall().isBefore(row.deadline)) {
                    row.status = TaskStatus.FAILED;
                    continue;
                }
                row.status = TaskStatus.RELEASED;
                released.add(row.index);
            } else if (row.status == TaskStatus.BACKOFF && !inBatch.contains(row.index)) {
                row.status = isImpossible(row.index) ? TaskStatus.FAILED : TaskStatus.QUEUED;
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

    @Nullable SimulatedWorker anyWorker() {
        List<SimulatedWorker> alive = workers.values().stream()
                .filter(worker -> !worker.dead)
                .sorted(Comparator.comparing(worker -> worker.id))
                .toList();
        return alive.isEmpty() ? null : alive.get(random.nextInt(alive.size()));
    }

    void open(@Nullable SimulatedWorker worker, List<Integer> tasks, List<Integer> following) {
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
        worker.storeCall(() -> new DispatchMessage.BatchOpened(
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

    // Setting up, and running

    void startWorker(String id) {
        SimulatedWorker worker = new SimulatedWorker(this, id);
        workers.put(id, worker);
        worker.post(new DispatchMessage.FleetChanged(fleet()));
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
            row.preemptible = random.nextBoolean();
            store.add(row);
        }
        for (int i = 0; i < workerCount; i++) {
            startWorker("worker-" + i);
        }
        after(10 * MILLI, this::release);
        DispatchAdoption adoption = new DispatchAdoption(this);
        after(1_000 * MILLI, adoption::adopt);
        after(1_000 * MILLI, adoption::adoptToEnd);
        after(50 * MILLI, new IdleSlotCheck(this)::check);
        after(500 * MILLI, new DispatchFaults(this)::next);
        long endedAt = Long.MAX_VALUE;
        while (!steps.isEmpty()) {
            Step step = steps.remove();
            if (step.at() > END || (step.at() > endedAt && step.at() > storeAnswersUntil)) {
                return;
            }
            now = step.at();
            store.now = now;
            step.what().run();
            if (endedAt == Long.MAX_VALUE) {
                upstream();
                endedAt = store.unfinished().isEmpty() ? now + COOL_DOWN_NANOS : endedAt;
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
