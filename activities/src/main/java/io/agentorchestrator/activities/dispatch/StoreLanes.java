package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.CheckpointTaken;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.FollowUp;
import io.agentorchestrator.store.run.RunDispatches;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.store.run.StoredCheckpoint;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * The ways from dispatch to the store, each with a thread and transactions of its own, so that none waits for another: commits of
 * dispatches, records of outcomes, settling of dependents in
 * other runs, moves back to the backlog or from another worker, notes, and reads. Thread-safe.
 */
final class StoreLanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLanes.class);
    private static final int MAX_SET = 500;
    private static final StoreLane.Gather COMMITS = new StoreLane.Gather(300, Duration.ofMillis(10));
    private static final StoreLane.Gather RECORDS = new StoreLane.Gather(500, Duration.ofMillis(25));
    private static final StoreLane.Gather DEPENDENTS = new StoreLane.Gather(20, Duration.ofMillis(25));
    private static final StoreLane.Gather NOTES = new StoreLane.Gather(20, Duration.ofMillis(50));

    private final String workerId;
    private final DispatchPorts ports;
    private final BatchStore batches;
    private final PayloadResolver payloads;
    private final DispatchMetrics metrics;
    private final Consumer<DispatchMessage> inbox;
    private final StoreLane<DispatchEffect.Commit> commits;
    private final StoreLane<DispatchEffect.RecordOutcome> records;
    /** Tasks that have ended: one may have thousands of dependents in as many runs, and records are not to wait for that. */
    private final StoreLane<UUID> ended;

    private final StoreLane<DispatchEffect> moves;
    private final StoreLane<DispatchEffect> notes;
    private final StoreLane<DispatchEffect> reads;

    StoreLanes(
            String workerId,
            DispatchPorts ports,
            PayloadResolver payloads,
            DispatchMetrics metrics,
            Consumer<DispatchMessage> inbox) {
        this.workerId = workerId;
        this.ports = ports;
        this.batches = ports.batches();
        this.payloads = payloads;
        this.metrics = metrics;
        this.inbox = inbox;
        this.commits = lane(
                "dispatch-commits",
                COMMITS,
                this::commit,
                commit ->
                        // Nothing in a commit is anybody's input; its task is looked at again.
                        inbox.accept(new DispatchMessage.LookAgain(List.of(commit.taskId()))));
        this.records = lane("dispatch-records", RECORDS, this::record, null);
        this.ended = lane("dispatch-dependents", DEPENDENTS, ports.outcomes()::settleDependents, taskId -> {});
        this.moves = lane("dispatch-moves", StoreLane.Gather.NEVER, this::move, effect -> {});
        this.notes = lane("dispatch-notes", NOTES, this::note, effect -> {});
        this.reads = lane("dispatch-reads", StoreLane.Gather.NEVER, this::read, effect -> {});
    }

    /** What one round of the dispatcher has for the store. */
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
        reads.close();
    }

    private void commit(List<DispatchEffect.Commit> set) {
        Map<RunKey, List<Dispatch>> byRun = new LinkedHashMap<>();
        for (DispatchEffect.Commit commit : set) {
            byRun.computeIfAbsent(commit.run(), run -> new ArrayList<>())
                    .add(new Dispatch(commit.taskId(), commit.expectedEpoch(), commit.agentId()));
        }
        List<RunDispatches> sets = new ArrayList<>();
        byRun.forEach((run, dispatches) -> sets.add(new RunDispatches(run, dispatches)));
        List<Dispatch> asked = byRun.values().stream().flatMap(List::stream).toList();
        List<Dispatch.Begun> begun =
                batches.dispatch(workerId, sets).stream().flatMap(List::stream).toList();
        inbox.accept(new DispatchMessage.Dispatched(asked, begun));
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
        Map<RunKey, Map<UUID, Integer>> over = new LinkedHashMap<>();
        for (DispatchEffect effect : set) {
            if (effect instanceof DispatchEffect.TakeBack take) {
                back.computeIfAbsent(new Back(take.run(), take.notice()), key -> new LinkedHashMap<>())
                        .put(take.taskId(), take.epoch());
                indexes.put(take.taskId(), take.index());
            } else if (effect instanceof DispatchEffect.TakeOver take) {
                over.computeIfAbsent(take.run(), run -> new LinkedHashMap<>()).put(take.taskId(), take.epoch());
            }
        }
        back.forEach((key, epochs) -> {
            Set<Integer> taken = Set.copyOf(batches.takeBack(key.run(), epochs, TaskStatus.QUEUED, key.notice()));
            Set<UUID> ids = new HashSet<>(epochs.keySet());
            ids.removeIf(id -> !taken.contains(indexes.get(id)));
            inbox.accept(new DispatchMessage.TakenBack(epochs, ids));
        });
        over.forEach((run, epochs) -> inbox.accept(
                new DispatchMessage.TakenOver(epochs, Set.copyOf(batches.takeOver(workerId, run, epochs)))));
    }

    private void note(List<DispatchEffect> set) {
        List<Accepted> accepted = new ArrayList<>();
        Map<UUID, DispatchEffect.SaveCheckpoint> checkpoints = new LinkedHashMap<>();
        for (DispatchEffect effect : set) {
            switch (effect) {
                case DispatchEffect.MarkAccepted mark ->
                    accepted.add(new Accepted(mark.taskId(), mark.epoch(), mark.ago()));
                case DispatchEffect.SaveCheckpoint save ->
                    checkpoints.merge(save.task().taskId(), save, StoreLanes::later);
                case DispatchEffect.BookLate late -> {
                    int _ = ports.outcomes().bookLate(late.run(), List.of(late.outcome()));
                }
                default -> throw new IllegalArgumentException(effect + " is no note");
            }
        }
        if (!accepted.isEmpty()) {
            batches.accepted(accepted);
        }
        checkpoints.values().forEach(this::save);
    }

    private static DispatchEffect.SaveCheckpoint later(
            DispatchEffect.SaveCheckpoint one, DispatchEffect.SaveCheckpoint other) {
        return other.checkpoint().sequence() >= one.checkpoint().sequence() ? other : one;
    }

    private void save(DispatchEffect.SaveCheckpoint save) {
        CheckpointTaken taken = save.checkpoint();
        if (taken.data().length > Limits.MAX_CHECKPOINT_BYTES) {
            metrics.checkpointTooLarge(save.task().taskType());
            return;
        }
        batches.saveCheckpoint(
                save.task().tenant(),
                save.task().taskId(),
                save.attempt(),
                save.epoch(),
                new StoredCheckpoint(taken.sequence(), taken.data()));
    }

    private void read(List<DispatchEffect> set) {
        for (DispatchEffect effect : set) {
            switch (effect) {
                case DispatchEffect.Load load ->
                    inbox.accept(new DispatchMessage.Loaded(
                            load.batch(), load.run(), batches.load(load.run(), load.indexes())));
                case DispatchEffect.Adopt adopt ->
                    inbox.accept(new DispatchMessage.Adopted(
                            adopt.run(), ports.runs().facts(adopt.run()), batches.load(adopt.run(), adopt.indexes())));
                case DispatchEffect.Inspect inspect ->
                    inbox.accept(new DispatchMessage.Inspected(
                            inspect.indexes(),
                            inspect.run(),
                            batches.states(
                                    inspect.run(),
                                    new HashSet<>(inspect.indexes().values()))));
                case DispatchEffect.InspectHeld held ->
                    inbox.accept(new DispatchMessage.HeldInspected(
                            held.batch(), batches.states(held.run(), held.indexes())));
                case DispatchEffect.Prepare prepare -> prepare(prepare);
                default -> throw new IllegalArgumentException(effect + " is no read");
            }
        }
    }

    private void prepare(DispatchEffect.Prepare prepare) {
        BatchTask task = prepare.task();
        if (!prepare.fresh()) {
            List<BatchTask> read = batches.load(prepare.run(), List.of(task.index()));
            if (read.isEmpty()) {
                LOG.error("the store has lost task {}", task.taskId());
                return;
            }
            task = read.getFirst();
        }
        inbox.accept(new DispatchMessage.Prepared(
                task.taskId(),
                prepare.epoch(),
                task,
                !prepare.fresh(),
                payloads.resolve(prepare.ofRun(), task, Map.of())));
    }

    private <T> StoreLane<T> lane(
            String name, StoreLane.Gather gather, Consumer<List<T>> write, @Nullable Consumer<T> refused) {
        return new StoreLane<>(name, gather, MAX_SET, new StoreLane.Writer<>() {
            @Override
            public void write(List<T> set) {
                write.accept(set);
            }

            @Override
            public void refused(T thing, DataIntegrityViolationException why) {
                LOG.warn("the store refuses a write of {}: {}", name, why.getMessage());
                if (thing instanceof DispatchEffect.RecordOutcome record) {
                    inbox.accept(new DispatchMessage.OutcomeRefused(
                            record.outcome().taskId(),
                            record.outcome().epoch(),
                            String.valueOf(why.getMostSpecificCause().getMessage())));
                } else if (refused != null) {
                    refused.accept(thing);
                }
            }
        });
    }

    /** Whose activity tells the run of an outcome; without a batch, a notice does. */
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
            toRecord.add(effect);
        }

        void move(DispatchEffect effect) {
            toMove.add(effect);
        }

        void note(DispatchEffect effect) {
            toNote.add(effect);
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
