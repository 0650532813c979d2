package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.CheckpointTaken;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.loop.BatchingWriter;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.FollowUp;
import io.agentorchestrator.store.run.OverBudget;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.store.run.StoredCheckpoint;
import io.agentorchestrator.store.run.TaskCheckpoint;
import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways from dispatch to the store, each with a thread and transactions of its own, so that none waits for another: commits of
 * dispatches, records of outcomes, settling of dependents in other runs, moves back to the backlog or from another worker, notes,
 * checkpoints, reports and reads. Thread-safe.
 */
final class StoreWriters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWriters.class);
    private static final int MAX_SET = 500;
    private static final BatchingWriter.Gather COMMITS = new BatchingWriter.Gather(300, Duration.ofMillis(10));
    private static final BatchingWriter.Gather RECORDS = new BatchingWriter.Gather(500, Duration.ofMillis(25));
    private static final BatchingWriter.Gather DEPENDENTS = new BatchingWriter.Gather(20, Duration.ofMillis(25));
    private static final BatchingWriter.Gather NOTES = new BatchingWriter.Gather(20, Duration.ofMillis(50));
    /** Checkpoints in one statement: some MiB at most. */
    private static final int MAX_CHECKPOINTS = 32;

    private final String workerId;
    private final DispatchPorts ports;
    private final BatchStore batches;
    private final StoreReads reading;
    private final DispatchMetrics metrics;
    private final Consumer<DispatchMessage> inbox;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final BatchingWriter<DispatchEffect.Commit> commits;
    private final BatchingWriter<DispatchEffect.RecordOutcome> records;
    /** Tasks that have ended: one may have thousands of dependents in as many runs, and records are not to wait for that. */
    private final BatchingWriter<UUID> ended;

    private final BatchingWriter<DispatchEffect> moves;
    private final BatchingWriter<DispatchEffect> notes;
    private final LatestWriter<UUID, TaskCheckpoint> checkpoints;
    private final LatestWriter<DispatchRef, TaskReport> reports;
    private final BatchingWriter<DispatchEffect> reads;

    StoreWriters(
            String workerId,
            DispatchPorts ports,
            PayloadResolver payloads,
            DispatchMetrics metrics,
            Consumer<DispatchMessage> inbox) {
        this.workerId = workerId;
        this.ports = ports;
        this.batches = ports.batches();
        this.metrics = metrics;
        this.inbox = inbox;
        this.reading = new StoreReads(workerId, ports, payloads);
        // Nothing in a commit is anybody's input; its task is looked at again by the clock.
        this.commits = lane("dispatch-commits", COMMITS, this::commit, (commit, why) -> {});
        this.records = lane("dispatch-records", RECORDS, this::record, (record, why) -> refused(record));
        this.ended = lane("dispatch-dependents", DEPENDENTS, ports.outcomes()::propagateEnds, (taskId, why) -> {});
        this.moves = lane(
                "dispatch-moves",
                BatchingWriter.Gather.NEVER,
                this::move,
                (effect, why) -> movesNothing(effect).forEach(inbox));
        this.notes = lane("dispatch-notes", NOTES, this::note, (effect, why) -> {});
        this.checkpoints = new LatestWriter<>(
                "dispatch-checkpoints",
                NOTES,
                MAX_CHECKPOINTS,
                TaskCheckpoint::taskId,
                (before, next) ->
                        next.checkpoint().sequence() >= before.checkpoint().sequence() ? next : before,
                batches::saveCheckpoints);
        this.reports = new LatestWriter<>(
                "dispatch-reports",
                NOTES,
                MAX_SET,
                report -> new DispatchRef(report.taskId(), report.epoch()),
                (before, next) -> next.after(before),
                this::saveReports);
        this.reads = lane("dispatch-reads", BatchingWriter.Gather.NEVER, this::read, (effect, why) -> {
            if (effect instanceof DispatchEffect.Prepare prepare) {
                LOG.warn("task {} fails for want of its payload", prepare.task().taskId());
            }
            StoreReads.unreadable(effect).forEach(inbox);
        });
    }

    /** Bytes of results that are not recorded yet. */
    long pendingBytes() {
        return pendingBytes.get();
    }

    /** Begins to gather what one round of the dispatcher has for the store. */
    Work work() {
        return new Work();
    }

    void bookLate(RunKey run, AttemptOutcome outcome) {
        notes.add(new DispatchEffect.BookLate(run, outcome));
    }

    @Override
    public void close() {
        commits.close();
        records.close();
        ended.close();
        moves.close();
        notes.close();
        checkpoints.close();
        reports.close();
        reads.close();
    }

    private void commit(List<DispatchEffect.Commit> set) {
        Map<RunKey, List<Dispatch>> byRun = new LinkedHashMap<>();
        for (DispatchEffect.Commit commit : set) {
            byRun.computeIfAbsent(commit.run(), run -> new ArrayList<>())
                    .add(new Dispatch(commit.taskId(), commit.expectedEpoch(), commit.agentId(), commit.placed()));
        }
        List<Dispatch> asked = byRun.values().stream().flatMap(List::stream).toList();
        inbox.accept(new DispatchMessage.Dispatched(asked, batches.dispatch(workerId, byRun)));
    }

    private void record(List<DispatchEffect.RecordOutcome> set) {
        Map<Teller, List<DispatchEffect.RecordOutcome>> byTeller = new LinkedHashMap<>();
        for (DispatchEffect.RecordOutcome record : set) {
            byTeller.computeIfAbsent(new Teller(record.run(), record.batch()), teller -> new ArrayList<>())
                    .add(record);
        }
        Map<String, TypeTerms> terms = ports.terms().get();
        List<Teller> tellers = List.copyOf(byTeller.keySet());
        List<RunOutcomes> sets = new ArrayList<>();
        byTeller.forEach((teller, ofRun) -> sets.add(outcomes(teller, ofRun, terms)));
        ended.addAll(ports.outcomes().record(sets, recorded -> {
            for (int i = 0; i < tellers.size(); i++) {
                Teller teller = tellers.get(i);
                inbox.accept(new DispatchMessage.OutcomesRecorded(
                        teller.batch(), teller.run(), sets.get(i).outcomes(), recorded.get(i)));
            }
        }));
        pendingBytes.addAndGet(-set.stream().mapToLong(StoreWriters::bytes).sum());
    }

    private static RunOutcomes outcomes(
            Teller teller, List<DispatchEffect.RecordOutcome> records, Map<String, TypeTerms> terms) {
        Map<Integer, String> agents = new HashMap<>();
        records.forEach(record -> agents.putAll(record.heldAgents()));
        return new RunOutcomes(
                teller.run(),
                records.getFirst().ofRun().kind(),
                records.stream().map(DispatchEffect.RecordOutcome::outcome).toList(),
                new FollowUp(terms, agents),
                teller.batch() == null);
    }

    private void move(List<DispatchEffect> set) {
        Map<Back, Map<UUID, Integer>> back = new LinkedHashMap<>();
        Map<UUID, Integer> indexes = new HashMap<>();
        Set<UUID> held = new HashSet<>();
        Map<UUID, UUID> preemptedFor = new HashMap<>();
        List<TaskCheckpoint> last = new ArrayList<>();
        Map<RunKey, Map<UUID, Integer>> over = new LinkedHashMap<>();
        for (DispatchEffect effect : set) {
            if (effect instanceof DispatchEffect.TakeBack take) {
                back.computeIfAbsent(new Back(take.run(), take.notice()), key -> new LinkedHashMap<>())
                        .put(take.taskId(), take.epoch());
                indexes.put(take.taskId(), take.index());
                if (take.held()) {
                    held.add(take.taskId());
                }
                if (take.preemptedFor() != null) {
                    preemptedFor.put(take.taskId(), take.preemptedFor());
                }
                if (take.checkpoint() != null) {
                    last.add(take.checkpoint());
                }
            } else if (effect instanceof DispatchEffect.TakeOver take) {
                over.computeIfAbsent(take.run(), run -> new LinkedHashMap<>()).put(take.taskId(), take.epoch());
            }
        }
        batches.saveCheckpoints(last); // before the tasks can leave the backlog again
        back.forEach((key, epochs) -> {
            Set<Integer> taken = Set.copyOf(batches.requeue(key.run(), epochs, held, preemptedFor, key.notice()));
            Set<UUID> ids = new HashSet<>(epochs.keySet());
            ids.removeIf(id -> !taken.contains(indexes.get(id)));
            inbox.accept(new DispatchMessage.TakenBack(epochs, ids));
        });
        over.forEach((run, epochs) -> inbox.accept(
                new DispatchMessage.TakenOver(epochs, Set.copyOf(batches.takeOver(workerId, run, epochs)))));
    }

    private void note(List<DispatchEffect> set) {
        List<Accepted> accepted = new ArrayList<>();
        for (DispatchEffect effect : set) {
            switch (effect) {
                case DispatchEffect.MarkAccepted mark ->
                    accepted.add(new Accepted(mark.taskId(), mark.epoch(), mark.ago()));
                case DispatchEffect.BookLate late -> {
                    int _ = ports.outcomes().bookLate(late.run(), List.of(late.outcome()));
                }
                default -> throw new IllegalArgumentException(effect + " is no note");
            }
        }
        batches.accepted(accepted);
    }

    private void saveReports(List<TaskReport> set) {
        batches.saveReports(set);
        List<UUID> spending = set.stream()
                .filter(report -> !report.usage().equals(AttemptOutcome.Usage.NONE))
                .map(TaskReport::taskId)
                .toList();
        List<OverBudget> over = spending.isEmpty() ? List.of() : batches.overBudget(spending);
        if (!over.isEmpty()) {
            inbox.accept(new DispatchMessage.OverBudgetFound(over));
        }
    }

    private void save(DispatchEffect.SaveCheckpoint save) {
        CheckpointTaken taken = save.checkpoint();
        if (taken.data().length > Limits.MAX_CHECKPOINT_BYTES) {
            metrics.checkpointTooLarge(save.task().taskType());
            return;
        }
        checkpoints.add(new TaskCheckpoint(
                save.task().tenant(),
                save.task().taskId(),
                save.attempt(),
                save.epoch(),
                new StoredCheckpoint(taken.sequence(), taken.data())));
    }

    private void read(List<DispatchEffect> set) {
        reading.read(set).forEach(inbox);
    }

    /** Answers of a move that cannot be made: it leaves the task where it is; a look at its row goes on from there. */
    private static List<DispatchMessage> movesNothing(DispatchEffect effect) {
        return switch (effect) {
            case DispatchEffect.TakeBack take ->
                List.of(new DispatchMessage.TakenBack(Map.of(take.taskId(), take.epoch()), Set.of()));
            case DispatchEffect.TakeOver take ->
                List.of(new DispatchMessage.TakenOver(Map.of(take.taskId(), take.epoch()), Set.of()));
            default -> List.of();
        };
    }

    private static long bytes(DispatchEffect.RecordOutcome record) {
        String result = record.outcome().result();
        return result == null ? 0 : result.length();
    }

    private static <T> BatchingWriter<T> lane(
            String name, BatchingWriter.Gather gather, Consumer<List<T>> write, BiConsumer<T, Throwable> refused) {
        return new BatchingWriter<>(name, gather, MAX_SET, new BatchingWriter.Writer<>() {
            @Override
            public void write(List<T> set) {
                write.accept(set);
            }

            @Override
            public void refused(T thing, Throwable why) {
                LOG.warn("a write of {} is refused: {}", name, why.getMessage());
                refused.accept(thing, why);
            }
        });
    }

    private void refused(DispatchEffect.RecordOutcome record) {
        pendingBytes.addAndGet(-bytes(record));
        LOG.warn("task {} fails, as its outcome is refused", record.outcome().taskId());
        inbox.accept(new DispatchMessage.OutcomeRefused(
                record.outcome().taskId(), record.outcome().epoch()));
    }

    /** The run of an outcome, and the batch whose activity tells it; without a batch, a notice does. */
    private record Teller(RunKey run, @Nullable Long batch) {}

    private record Back(RunKey run, boolean notice) {}

    /** Gathers what one round decides, so that it goes together where it can. */
    final class Work {
        private final List<DispatchEffect.Commit> toCommit = new ArrayList<>();
        private final List<DispatchEffect.RecordOutcome> toRecord = new ArrayList<>();
        private final List<DispatchEffect> toMove = new ArrayList<>();
        private final List<DispatchEffect> toNote = new ArrayList<>();
        private final List<DispatchEffect> toRead = new ArrayList<>();

        void commit(DispatchEffect.Commit effect) {
            toCommit.add(effect);
        }

        void record(DispatchEffect.RecordOutcome effect) {
            pendingBytes.addAndGet(bytes(effect));
            toRecord.add(effect);
        }

        void move(DispatchEffect effect) {
            toMove.add(effect);
        }

        void note(DispatchEffect effect) {
            toNote.add(effect);
        }

        void checkpoint(DispatchEffect.SaveCheckpoint effect) {
            save(effect);
        }

        void report(TaskReport report) {
            reports.add(report);
        }

        void read(DispatchEffect effect) {
            toRead.add(effect);
        }

        void begin() {
            commits.addAll(toCommit);
            records.addAll(toRecord);
            moves.addAll(toMove);
            notes.addAll(toNote);
            reads.addAll(toRead);
        }
    }
}
