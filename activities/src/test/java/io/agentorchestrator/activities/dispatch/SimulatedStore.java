package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.run.WatchedRow;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rows of one run, changed by the store's rules: whatever counts is conditional on attempt, epoch and watcher. */
final class SimulatedStore {
    /** A cancellation that a worker has missed is noticed within this time. */
    private static final long MISSED_NANOS = Duration.ofSeconds(75).toNanos();

    static final RunKey RUN = new RunKey(new UUID(7, 7), 1);
    static final RunFacts FACTS = new RunFacts(RunKind.DAG, OnFailure.CANCEL_DEPENDENTS, "{}");

    final Map<Integer, Row> rows = new TreeMap<>();
    final Map<UUID, Integer> indexes = new HashMap<>();
    /** What the run is told of by notices. */
    final List<AttemptEnd> notices = new ArrayList<>();

    /** What must not happen, and has. */
    final List<String> violations = new ArrayList<>();

    long now;
    long reports;
    boolean paused;

    final List<Integer> backNotices = new ArrayList<>();

    /** One row. */
    static final class Row {
        final int index;
        final UUID id;
        final String type;
        final Priority priority;
        final @Nullable Integer parent;
        TaskStatus status;
        int attempt;
        int epoch;
        int attemptEpochs;
        /** By epoch. */
        final Map<Integer, String> agents = new HashMap<>();

        @Nullable String agentId;

        @Nullable String workerId;

        @Nullable Instant deadline;

        boolean preemptible;
        int preemptions;
        /** Checkpoints that were stored as the task made way. */
        int checkpoints;

        long queuedAt;
        long startedAt;
        boolean cancelled;
        /** Whether its row says so, as long as it is at an agent. */
        boolean isCancelNoted;

        long cancelledAt;
        /** Outcomes that counted. */
        int ends;

        Row(int index, String type, Priority priority, @Nullable Integer parent) {
            this.index = index;
            this.id = new UUID(1, index);
            this.type = type;
            this.priority = priority;
            this.parent = parent;
            this.status = parent == null ? TaskStatus.QUEUED : TaskStatus.WAITING;
        }

        boolean isOver() {
            return status == TaskStatus.COMPLETED || status == TaskStatus.FAILED || status == TaskStatus.CANCELLED;
        }
    }

    void add(Row row) {
        rows.put(row.index, row);
        indexes.put(row.id, row.index);
    }

    Row row(int index) {
        Row row = rows.get(index);
        if (row == null) {
            throw new IllegalArgumentException("no row " + index);
        }
        return row;
    }

    Row row(UUID id) {
        return row(indexes.getOrDefault(id, -1));
    }

    BatchTask read(int index) {
        Row row = row(index);
        return DispatchRows.row(
                row.id,
                row.index,
                row.type,
                row.priority,
                row.status,
                row.attempt,
                row.epoch,
                row.attemptEpochs,
                row.agentId,
                row.workerId,
                row.deadline,
                row.isCancelNoted && row.status != TaskStatus.RELEASED ? "CANCELLED" : null,
                new PreemptionFacts(row.preemptible, row.preemptions, Duration.ofNanos(now - row.queuedAt), null));
    }

    Map<Integer, BatchState> states(Iterable<Integer> wanted) {
        Map<Integer, BatchState> states = new HashMap<>();
        wanted.forEach(index -> {
            BatchState state = read(index).state();
            states.put(
                    index,
                    new BatchState(
                            state.status(),
                            state.attempt(),
                            state.epoch(),
                            state.errorCode(),
                            state.retryable(),
                            state.deadline(),
                            state.workerId(),
                            paused,
                            state.priority()));
        });
        return states;
    }

    List<Dispatch.Begun> dispatch(String workerId, List<Dispatch> asked) {
        List<Dispatch.Begun> begun = new ArrayList<>();
        for (Dispatch dispatch : asked) {
            Row row = row(dispatch.taskId());
            boolean open = row.status == TaskStatus.RELEASED
                    || row.status == TaskStatus.DISPATCHED
                    || row.status == TaskStatus.RUNNING;
            boolean toBeCancelled = row.isCancelNoted && row.status != TaskStatus.RELEASED;
            if (open && row.epoch == dispatch.expectedEpoch() && !toBeCancelled && !paused) {
                begin(row, workerId, dispatch.agentId());
                begun.add(new Dispatch.Begun(row.id, row.attempt, row.epoch, row.attemptEpochs));
            }
        }
        return begun;
    }

    private static void begin(Row row, String workerId, @Nullable String agentId) {
        row.attempt += row.attemptEpochs == 0 ? 1 : 0;
        row.attemptEpochs++;
        row.epoch++;
        row.status = TaskStatus.DISPATCHED;
        row.agentId = agentId;
        row.workerId = workerId;
        row.agents.put(row.epoch, String.valueOf(agentId));
    }

    /** Keeps a report with the dispatch of which the agent made it. */
    void report(TaskReport report) {
        Row row = row(report.taskId());
        reports++;
        if (!report.agentId().equals(row.agents.get(report.epoch()))
                || report.usage().costMicroUsd() != report.epoch()) {
            violations.add("task " + row.index + " has a report of a dispatch that was another: " + report);
        }
    }

    void accepted(UUID id, int epoch) {
        Row row = row(id);
        if (row.status == TaskStatus.DISPATCHED && row.epoch == epoch) {
            row.status = TaskStatus.RUNNING;
            row.startedAt = now;
        }
    }

    Set<UUID> requeue(Map<UUID, Integer> epochs, boolean held, boolean notice) {
        Set<UUID> taken = new HashSet<>();
        epochs.forEach((id, epoch) -> {
            Row row = row(id);
            boolean open = row.status == TaskStatus.RELEASED
                    || row.status == TaskStatus.DISPATCHED
                    || row.status == TaskStatus.RUNNING;
            if (open && row.epoch == epoch) {
                row.attempt -= row.attemptEpochs > 0 && !held ? 1 : 0;
                row.attemptEpochs = held ? row.attemptEpochs : 0;
                row.status = TaskStatus.QUEUED;
                taken.add(id);
                if (notice) {
                    backNotices.add(row.index);
                }
            }
        });
        return taken;
    }

    Set<UUID> requeue(DispatchEffect.TakeBack back) {
        Set<UUID> taken = requeue(Map.of(back.taskId(), back.epoch()), back.held(), back.notice());
        UUID preemptedFor = back.preemptedFor();
        if (preemptedFor != null && !taken.isEmpty()) {
            Row row = row(back.taskId());
            Row other = row(preemptedFor);
            row.preemptions++;
            row.checkpoints += back.checkpoint() == null ? 0 : 1;
            if (!row.preemptible
                    || !back.held()
                    || row.preemptions > Limits.MAX_PREEMPTIONS
                    || other.priority.compareTo(Priority.HIGH) > 0
                    || other.priority.compareTo(row.priority) >= 0) {
                violations.add("task %d, %s, was stopped for the %d. time, for task %d, %s"
                        .formatted(row.index, row.priority, row.preemptions, other.index, other.priority));
            }
        }
        return taken;
    }

    /** Rows that run at these agents for other workers, and that may be stopped for one of this priority. */
    List<Integer> preemptible(String workerId, List<String> agentIds, Priority priority, int most) {
        return rows.values().stream()
                .filter(row -> row.status == TaskStatus.RUNNING
                        && row.preemptible
                        && row.preemptions < Limits.MAX_PREEMPTIONS
                        && !row.isCancelNoted
                        && !workerId.equals(row.workerId)
                        && agentIds.contains(String.valueOf(row.agentId))
                        && row.priority.compareTo(priority) > 0
                        && now - row.startedAt > Duration.ofSeconds(1).toNanos())
                .sorted(Comparator.comparing((Row row) -> row.priority).reversed())
                .limit(most)
                .map(row -> row.index)
                .toList();
    }

    List<UUID> takeOver(String workerId, Map<UUID, Integer> epochs) {
        List<UUID> taken = new ArrayList<>();
        epochs.forEach((id, epoch) -> {
            Row row = row(id);
            if ((row.status == TaskStatus.DISPATCHED || row.status == TaskStatus.RUNNING) && row.epoch == epoch) {
                row.workerId = workerId;
                taken.add(id);
            }
        });
        return taken;
    }

    /** @param agents for dependents that may be dispatched at once */
    Recorded record(List<AttemptOutcome> outcomes, boolean watched, boolean headroom, Map<Integer, String> agents) {
        Set<Integer> accepted = new HashSet<>();
        List<Integer> released = new ArrayList<>();
        List<Recorded.Dispatched> dispatched = new ArrayList<>();
        List<Integer> queued = new ArrayList<>();
        for (AttemptOutcome outcome : outcomes) {
            Row row = row(outcome.index());
            boolean open = row.status == TaskStatus.DISPATCHED || row.status == TaskStatus.RUNNING;
            boolean mine = outcome.workerId() == null || outcome.workerId().equals(row.workerId);
            boolean counts = mine || outcome.byAgent();
            if (!open || row.attempt != outcome.attempt() || row.epoch != outcome.epoch() || !counts) {
                continue;
            }
            if (row.isCancelNoted
                    && OutcomeMapping.TIMEOUT.equals(outcome.errorCode())
                    && now - row.cancelledAt > MISSED_NANOS) {
                violations.add("task " + row.index + " was cancelled, and timed out long after");
            }
            row.attemptEpochs = 0;
            row.ends++;
            row.status = switch (outcome.outcome()) {
                case COMPLETED -> TaskStatus.COMPLETED;
                case CANCELLED -> TaskStatus.CANCELLED;
                case FAILED -> TaskStatus.BACKOFF;
            };
            accepted.add(row.index);
            if (watched || !mine) {
                notices.add(new AttemptEnd(
                        row.index,
                        outcome.attempt(),
                        outcome.outcome(),
                        outcome.errorCode() == null ? "" : outcome.errorCode(),
                        outcome.retryable()));
            }
            if (row.status == TaskStatus.COMPLETED) {
                ready(
                        row.index,
                        !watched && headroom && !paused,
                        outcome.workerId(),
                        agents,
                        released,
                        dispatched,
                        queued);
            }
        }
        return new Recorded(accepted, released, dispatched, queued, false);
    }

    private void ready(
            int parent,
            boolean leaves,
            @Nullable String workerId,
            Map<Integer, String> agents,
            List<Integer> released,
            List<Recorded.Dispatched> dispatched,
            List<Integer> queued) {
        for (Row child : rows.values()) {
            if (child.parent == null || child.parent != parent || child.status != TaskStatus.WAITING) {
                continue;
            }
            if (!leaves) {
                child.status = TaskStatus.QUEUED;
                child.queuedAt = now;
                queued.add(child.index);
            } else if (agents.containsKey(child.index) && workerId != null) {
                begin(child, workerId, agents.get(child.index));
                dispatched.add(new Recorded.Dispatched(
                        child.index, child.id, child.attempt, child.epoch, String.valueOf(child.agentId)));
            } else {
                child.status = TaskStatus.RELEASED;
                child.queuedAt = now;
                released.add(child.index);
            }
        }
    }

    /** Rows at agents whose watcher is not among these. */
    List<Integer> adopt(String workerId, Set<String> alive) {
        List<Integer> adopted = new ArrayList<>();
        for (Row row : rows.values()) {
            boolean out = row.status == TaskStatus.DISPATCHED || row.status == TaskStatus.RUNNING;
            if (out && (row.workerId == null || !alive.contains(row.workerId))) {
                row.workerId = workerId;
                adopted.add(row.index);
            }
        }
        return adopted;
    }

    /** Rows at agents that are to be cancelled, and whose watcher is silent. */
    List<Integer> adoptToEnd(String workerId, Predicate<String> isSilent) {
        List<Integer> adopted = new ArrayList<>();
        for (Row row : rows.values()) {
            boolean out = row.status == TaskStatus.DISPATCHED || row.status == TaskStatus.RUNNING;
            if (out && row.cancelled && row.workerId != null && isSilent.test(row.workerId)) {
                row.workerId = workerId;
                row.isCancelNoted = true;
                adopted.add(row.index);
            }
        }
        return adopted;
    }

    List<WatchedRow> watched(String workerId) {
        return rows.values().stream()
                .filter(row -> row.status == TaskStatus.DISPATCHED || row.status == TaskStatus.RUNNING)
                .filter(row -> workerId.equals(row.workerId))
                .map(row -> new WatchedRow(RUN, row.index, row.id))
                .toList();
    }

    Map<Integer, TaskStatus> unfinished() {
        Map<Integer, TaskStatus> unfinished = new LinkedHashMap<>();
        rows.values().stream().filter(row -> !row.isOver()).forEach(row -> unfinished.put(row.index, row.status));
        return unfinished;
    }
}
