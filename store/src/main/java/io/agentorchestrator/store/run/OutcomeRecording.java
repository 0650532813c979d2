package io.agentorchestrator.store.run;

import io.agentorchestrator.store.run.Recorded.Dispatched;
import io.agentorchestrator.store.run.RunProgress.Parents;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.DependentWrites.Readied;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.OutcomeWrites;
import io.agentorchestrator.store.state.OutcomeWrites.Ending;
import io.agentorchestrator.store.state.RunCounters;
import io.agentorchestrator.store.state.RunCounters.Ends;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Records outcomes of attempts, of many runs in one transaction. Thread-safe. */
final class OutcomeRecording {
    private final RunLocks locks;
    private final RunCounters counters;
    private final OutcomeWrites writes;
    private final RunProgress progress;

    OutcomeRecording(JdbcClient client, RunProgress progress) {
        this.locks = new RunLocks(client);
        this.counters = new RunCounters(client);
        this.writes = new OutcomeWrites(client);
        this.progress = progress;
    }

    /**
     * Records these within the caller's transaction.
     *
     * @param ended receives the tasks that have ended for good
     * @return what came of each, in the order given; of a task that is in two sets, the first has it
     */
    List<Recorded> record(List<RunOutcomes> sets, List<UUID> ended) {
        Map<UUID, Owned> byTask = new HashMap<>();
        Map<RunKey, OfRun> runs = new LinkedHashMap<>();
        for (int at = 0; at < sets.size(); at++) {
            RunOutcomes set = sets.get(at);
            OfRun ofRun = runs.computeIfAbsent(set.run(), run -> new OfRun(set.kind()));
            ofRun.add(set);
            for (AttemptOutcome outcome : set.outcomes()) {
                byTask.putIfAbsent(outcome.taskId(), new Owned(at, ofRun, set, outcome));
            }
        }
        Set<RunKey> paused = locks.lock(runs.keySet()).stream()
                .filter(LockedRun::paused)
                .map(LockedRun::key)
                .collect(Collectors.toSet());
        List<Set<Integer>> accepted = new ArrayList<>();
        sets.forEach(ignored -> accepted.add(new HashSet<>()));
        Map<RunKey, Ends> ends = new HashMap<>();
        for (UUID taskId :
                writes.end(byTask.values().stream().map(Owned::ending).toList())) {
            Owned owned = Objects.requireNonNull(byTask.get(taskId), "the store ended a task that nobody reported");
            accepted.get(owned.position()).add(owned.outcome().index());
            switch (owned.outcome().outcome()) {
                case COMPLETED -> {
                    ends.merge(owned.set().run(), new Ends(1, 0, 0), Ends::plus);
                    owned.ofRun().completed(owned.outcome().index());
                    ended.add(taskId);
                }
                case CANCELLED -> {
                    ends.merge(owned.set().run(), new Ends(0, 0, 1), Ends::plus);
                    ended.add(taskId);
                }
                case FAILED -> {}
            }
        }
        List<Parents> parents = new ArrayList<>();
        runs.forEach((run, of) -> parents.add(of.parents(run, paused.contains(run))));
        List<Readied> readied = progress.satisfy(parents);
        Set<RunKey> runsEnded = counters.countDown(ends);
        return results(sets, accepted, new Tellings(sets, readied), runsEnded);
    }

    private List<Recorded> results(
            List<RunOutcomes> sets, List<Set<Integer>> accepted, Tellings tellings, Set<RunKey> runsEnded) {
        List<Recorded> results = new ArrayList<>(sets.size());
        for (int set = 0; set < sets.size(); set++) {
            RunKey run = sets.get(set).run();
            results.add(tellings.recorded(run, Set.copyOf(accepted.get(set)), runsEnded.contains(run)));
        }
        return results;
    }

    /**
     * Who is told what: each dependent that became ready goes to one set of its run, which has an outcome that it waited for. A batch may
     * hold it already, and that is the batch.
     */
    private final class Tellings {
        private final Map<RunKey, Map<Integer, Readied>> left = new HashMap<>();
        private final Map<RunKey, Integer> setsLeft = new HashMap<>();

        Tellings(List<RunOutcomes> sets, List<Readied> readied) {
            readied.forEach(task ->
                    left.computeIfAbsent(task.run(), run -> new TreeMap<>()).put(task.index(), task));
            sets.forEach(set -> setsLeft.merge(set.run(), 1, Integer::sum));
        }

        /** Of the next set of a run. */
        Recorded recorded(RunKey run, Set<Integer> ended, boolean runEnded) {
            boolean last = setsLeft.merge(run, -1, Integer::sum) == 0;
            List<Integer> released = new ArrayList<>();
            List<Dispatched> dispatched = new ArrayList<>();
            List<Integer> queued = new ArrayList<>();
            for (Readied task : take(run, ended, last)) {
                String agentId = task.agentId();
                switch (task.status()) {
                    case RELEASED -> released.add(task.index());
                    case DISPATCHED ->
                        dispatched.add(new Dispatched(
                                task.index(),
                                task.taskId(),
                                task.attempt(),
                                task.epoch(),
                                Objects.requireNonNull(agentId)));
                    case QUEUED -> queued.add(task.index());
                    case PENDING, WAITING, RUNNING, BACKOFF, COMPLETED, FAILED, CANCELLED ->
                        throw new IllegalStateException("a dependent became ready and is " + task.status());
                }
            }
            return new Recorded(ended, released, dispatched, queued, runEnded);
        }

        private List<Readied> take(RunKey run, Set<Integer> ended, boolean last) {
            Map<Integer, Readied> ofRun = left.getOrDefault(run, Map.of());
            if (ofRun.isEmpty()) {
                return List.of();
            }
            List<Integer> indexes =
                    last ? List.copyOf(ofRun.keySet()) : progress.dependents(run, ofRun.keySet(), ended);
            List<Readied> taken = new ArrayList<>();
            indexes.forEach(index -> taken.add(Objects.requireNonNull(ofRun.remove(index))));
            taken.sort(Comparator.comparing(Readied::taskId)); // of a DAG: the longest remaining path first
            return taken;
        }
    }

    /** All sets of one run. Confined to the recording. */
    private static final class OfRun {
        private final RunKind kind;
        private final List<Integer> completed = new ArrayList<>();
        private final Map<String, TypeTerms> byType = new HashMap<>();
        private final Map<Integer, String> agentByTask = new HashMap<>();
        private boolean watched;
        private @Nullable String workerId;

        OfRun(RunKind kind) {
            this.kind = kind;
        }

        void add(RunOutcomes set) {
            set.followUp().byType().forEach(byType::putIfAbsent);
            set.followUp().agentByTask().forEach(agentByTask::putIfAbsent);
            watched |= set.watched();
            for (AttemptOutcome outcome : set.outcomes()) {
                workerId = workerId == null ? outcome.workerId() : workerId;
            }
        }

        void completed(int index) {
            if (kind == RunKind.DAG) {
                completed.add(index);
            }
        }

        Parents parents(RunKey run, boolean paused) {
            return new Parents(run, completed, new FollowUp(byType, agentByTask), paused, watched, workerId);
        }
    }

    /** An outcome, and the set and run that it is of. */
    private record Owned(int position, OfRun ofRun, RunOutcomes set, AttemptOutcome outcome) {
        Ending ending() {
            return new Ending(set.run(), outcome, set.watched());
        }
    }
}
