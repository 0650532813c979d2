package io.agentorchestrator.api.waiting;

import io.agentorchestrator.api.waiting.WaitingView.Reason;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.reading.DagDetail;
import io.agentorchestrator.store.reading.DagDetail.DagTask;
import io.agentorchestrator.store.reading.TaskDetail;
import io.agentorchestrator.store.reading.TaskFacts;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.store.waiting.ServingAgent;
import io.agentorchestrator.store.waiting.WaitReader;
import io.agentorchestrator.store.waiting.WaitReader.LastFailure;
import io.agentorchestrator.store.waiting.WaitReader.OpenParent;
import io.agentorchestrator.store.waiting.WaitReader.RunState;
import io.agentorchestrator.workflows.model.Jitter;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.selector.Selector;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds out why tasks do not run: the first of pause, retry, dependencies, limits, agents, start and queue that keeps them. Thread-safe. */
@Component
public final class WaitDiagnosis {
    private final WaitReader reader;
    private final FleetCache fleet;
    private final LiveSettings settings;
    private final HeldWaits holds;

    WaitDiagnosis(WaitReader reader, FleetCache fleet, LiveSettings settings, HeldWaits holds) {
        this.reader = reader;
        this.fleet = fleet;
        this.settings = settings;
        this.holds = holds;
    }

    /** The reason for which a task waits; null if it does not. */
    public @Nullable WaitingView of(String tenant, TaskDetail task) {
        TaskFacts facts = task.facts();
        if (!isWaiting(facts)) {
            return null;
        }
        WaitingView held = facts.status() == TaskStatus.QUEUED
                ? holds.of(tenant, List.of(facts.taskId())).get(facts.taskId())
                : null;
        if (held != null && held.reason() == Reason.BUDGET) {
            return held; // a DAG may be paused for it
        }
        RunKey run = facts.run();
        RunState state = run == null ? null : reader.run(run).orElse(null);
        if (state != null && state.paused()) {
            return paused();
        }
        return switch (facts.status()) {
            case PENDING, WAITING -> dependencies(openParents(facts));
            case BACKOFF ->
                retry(facts, reader.lastFailures(List.of(facts.taskId())).get(facts.taskId()));
            case QUEUED -> held != null ? held : inLine(facts, capacity(tenant, facts, state));
            case RELEASED, DISPATCHED -> capacity(tenant, facts, state);
            case RUNNING, COMPLETED, FAILED, CANCELLED -> null;
        };
    }

    /** The reasons for which tasks of a DAG wait, by task id; tasks that do not wait are left out. */
    public Map<UUID, WaitingView> of(String tenant, DagDetail dag) {
        List<TaskFacts> waiting = dag.tasks().stream()
                .map(DagTask::facts)
                .filter(WaitDiagnosis::isWaiting)
                .toList();
        Map<UUID, WaitingView> views = new HashMap<>();
        Map<UUID, WaitingView> held = holds.of(tenant, ids(waiting, TaskStatus.QUEUED));
        if (dag.facts().status() == RunStatus.PAUSED) {
            waiting.forEach(task -> views.put(task.taskId(), paused()));
            held.forEach((task, view) ->
                    views.computeIfPresent(task, (_, paused) -> view.reason() == Reason.BUDGET ? view : paused));
            return views;
        }
        RunState state = new RunState(dag.facts().status(), false);
        Map<UUID, List<OpenParent>> parents = openParents(dag);
        Map<UUID, LastFailure> failures = reader.lastFailures(ids(waiting, TaskStatus.BACKOFF));
        Map<String, WaitingView> capacities = new HashMap<>();
        for (TaskFacts task : waiting) {
            WaitingView view = switch (task.status()) {
                case PENDING, WAITING -> dependencies(parents.getOrDefault(task.taskId(), List.of()));
                case BACKOFF -> retry(task, failures.get(task.taskId()));
                case QUEUED, RELEASED, DISPATCHED ->
                    capacities.computeIfAbsent(
                            task.status() + " " + task.taskType() + " " + task.selector(),
                            key -> capacity(tenant, task, state));
                case RUNNING, COMPLETED, FAILED, CANCELLED -> null;
            };
            if (view != null) {
                views.put(task.taskId(), held.getOrDefault(task.taskId(), view));
            }
        }
        return views;
    }

    private static boolean isWaiting(TaskFacts task) {
        return !task.status().isTerminal() && task.status() != TaskStatus.RUNNING;
    }

    private static List<UUID> ids(List<TaskFacts> tasks, TaskStatus status) {
        return tasks.stream()
                .filter(task -> task.status() == status)
                .map(TaskFacts::taskId)
                .toList();
    }

    private static WaitingView paused() {
        return WaitingView.of(Reason.PAUSED, "its DAG is paused; it goes on once that is resumed");
    }

    private List<OpenParent> openParents(TaskFacts task) {
        UUID dagId = task.dagId();
        Integer index = task.index();
        List<OpenParent> open =
                new ArrayList<>(dagId == null || index == null ? List.of() : reader.openParents(dagId, index));
        open.addAll(reader.openOutsideParents(List.of(task.taskId())).getOrDefault(task.taskId(), List.of()));
        return open;
    }

    /** The open parents of each waiting task: those in its DAG or, if there are none, those outside it. */
    private Map<UUID, List<OpenParent>> openParents(DagDetail dag) {
        Map<String, TaskStatus> statuses = new HashMap<>();
        for (int index = 0; index < dag.tasks().size(); index++) {
            TaskFacts task = dag.tasks().get(index).facts();
            statuses.put(task.key() == null ? "#" + index : task.key(), task.status());
        }
        Map<UUID, List<OpenParent>> open = new HashMap<>();
        List<UUID> outside = new ArrayList<>();
        for (DagTask task : dag.tasks()) {
            if (task.facts().status() == TaskStatus.WAITING) {
                List<OpenParent> inside = task.dependsOn().stream()
                        .map(key -> new OpenParent(
                                key.startsWith("#") ? key : "'" + key + "'",
                                statuses.getOrDefault(key, TaskStatus.COMPLETED)))
                        .filter(parent -> !parent.status().isTerminal())
                        .toList();
                open.put(task.facts().taskId(), inside);
                if (inside.isEmpty()) {
                    outside.add(task.facts().taskId());
                }
            }
        }
        open.putAll(reader.openOutsideParents(outside));
        return open;
    }

    private static WaitingView dependencies(List<OpenParent> open) {
        List<String> names = open.stream()
                .map(parent -> parent.name() + " (" + parent.status().published() + ")")
                .toList();
        return WaitingView.of(
                Reason.DEPENDENCIES,
                names.isEmpty()
                        ? "what it depends on has ended; it goes on in a moment"
                        : "it depends on " + FleetView.listed(names));
    }

    /** The wait for the next attempt, by the same rule as the run's; null if there is no further one. */
    private static @Nullable WaitingView retry(TaskFacts task, @Nullable LastFailure failure) {
        RunKey run = task.run();
        Integer index = task.index();
        if (failure == null || run == null || index == null) {
            return WaitingView.of(Reason.RETRY_AT, "for the time of its next attempt");
        }
        int counted = Math.max(1, failure.attempt() - failure.attemptBase());
        if (!task.retry().allowsAnother(counted, failure.errorCode(), failure.retryable())) {
            return null;
        }
        Instant at = failure.endedAt()
                .plus(task.retry().delayAfter(counted, Jitter.ofRun(run.runId()).of(index, failure.attempt())))
                .truncatedTo(ChronoUnit.MILLIS);
        return WaitingView.of(
                Reason.RETRY_AT,
                "attempt %d of %d begins at %s; attempt %d failed with %s"
                        .formatted(
                                failure.attempt() + 1,
                                failure.attemptBase() + task.retry().maxAttempts(),
                                at,
                                failure.attempt(),
                                Escaped.text(failure.errorCode())));
    }

    private WaitingView capacity(String tenant, TaskFacts task, @Nullable RunState run) {
        if (task.status() == TaskStatus.RELEASED
                && run != null
                && (run.status() == RunStatus.STARTING || run.status() == RunStatus.PENDING)) {
            return WaitingView.of(Reason.PENDING_START, "its run is about to be started");
        }
        FleetView agents = fleet.now().orElse(null);
        if (agents == null) {
            return turn(task, "");
        }
        Selector required = TaskSelector.parse(task.selector()).required();
        List<ServingAgent> live = agents.live(task.taskType(), tenant, required);
        if (live.isEmpty()) {
            return WaitingView.of(Reason.NO_AGENT, agents.unserved(task.taskType(), tenant, required));
        }
        List<ServingAgent> reached = live.stream().filter(agents::isReached).toList();
        if (reached.isEmpty()) {
            return WaitingView.of(Reason.AGENT_UNREACHABLE, agents.unserved(task.taskType(), tenant, required));
        }
        List<ServingAgent> trusted = reached.stream()
                .filter(agent -> agent.breaker() == BreakerPhase.CLOSED)
                .toList();
        if (trusted.isEmpty() && task.status() != TaskStatus.DISPATCHED) {
            return WaitingView.of(
                    Reason.BREAKER_OPEN,
                    FleetView.listed(
                            reached.stream().map(WaitDiagnosis::breaker).toList()));
        }
        if (!agents.hasWorker()) {
            return WaitingView.of(
                    Reason.NO_WORKER,
                    "no worker has been heard of for more than %d s; tasks go on once one is back"
                            .formatted(WorkerStore.DEAD_AFTER.toSeconds()));
        }
        String wanted = required.isEmpty() ? "" : " with " + Escaped.text(required.words());
        int slots = trusted.stream().mapToInt(ServingAgent::slots).sum();
        int busy = fleet.busySlots(trusted).orElse(0);
        String load = "%,d of %,d slots are busy at %s"
                .formatted(
                        busy,
                        slots,
                        trusted.size() == 1
                                ? "the one agent that serves the type '%s'%s".formatted(task.taskType(), wanted)
                                : "the %,d agents that serve the type '%s'%s"
                                        .formatted(trusted.size(), task.taskType(), wanted));
        if (busy < slots) {
            return turn(task, load);
        }
        String full = load + preemption(task, trusted);
        return task.status() != TaskStatus.DISPATCHED ? WaitingView.of(Reason.AGENTS_FULL, full) : turn(task, full);
    }

    /** Says what may be stopped for an urgent task; empty for others, and while that is not known. */
    private String preemption(TaskFacts task, List<ServingAgent> agents) {
        if (!task.priority().mayPreempt()) {
            return "";
        }
        return fleet.preemptible(agents, task.priority())
                .map(tasks -> tasks == 0
                        ? "; none of what runs there may be stopped for it"
                        : "; %,d of the tasks that run there may be stopped for it, one is once it has waited for %s"
                                .formatted(tasks, settings.get(Settings.PREEMPTION_AFTER)))
                .orElse("");
    }

    private static String breaker(ServingAgent agent) {
        String name = "the circuit breaker of agent " + Escaped.text(agent.agentId());
        Instant openedAt = agent.breakerOpenedAt();
        return agent.breaker() == BreakerPhase.HALF_OPEN || openedAt == null
                ? name + " lets one task through to try it"
                : name + " is open until "
                        + openedAt.plus(Limits.BREAKER_OPEN_FOR).truncatedTo(ChronoUnit.MILLIS);
    }

    private static WaitingView turn(TaskFacts task, String load) {
        String sofar = load.isEmpty() ? "" : "; " + load;
        String agent = task.agentId();
        return task.status() == TaskStatus.DISPATCHED && agent != null
                ? WaitingView.of(
                        Reason.DISPATCHED,
                        "agent " + Escaped.text(agent) + " has it next, and has not said yet that it runs it" + sofar)
                : WaitingView.of(Reason.QUEUED, "it waits for its turn" + sofar);
    }

    /** The same, with its place in line, and what has put it there. */
    private WaitingView inLine(TaskFacts task, WaitingView view) {
        int ahead = reader.ahead(task.taskId(), task.taskType());
        boolean isFar = ahead >= WaitReader.MAX_AHEAD;
        String order = reader.standing(task.taskId())
                .map(standing -> "; " + Standings.words(standing, task.deadline()))
                .orElse("");
        String far = isFar ? "; more than %,d of its type are before it".formatted(WaitReader.MAX_AHEAD) : "";
        return new WaitingView(view.reason(), isFar ? null : (Integer) (ahead + 1), view.detail() + far + order);
    }
}
