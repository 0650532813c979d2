package io.agentorchestrator.store.run;

import io.agentorchestrator.store.run.RunProgress.Ends;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Records outcomes of attempts, of many runs in one transaction. Thread-safe. */
final class OutcomeRecording {
    private final JdbcTemplate jdbc;
    private final RunProgress progress;

    OutcomeRecording(JdbcTemplate jdbc, RunProgress progress) {
        this.jdbc = jdbc;
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
        Map<RunKey, RunKind> kinds = new LinkedHashMap<>();
        for (int set = 0; set < sets.size(); set++) {
            RunOutcomes outcomes = sets.get(set);
            kinds.put(outcomes.run(), outcomes.kind());
            for (AttemptOutcome outcome : outcomes.outcomes()) {
                byTask.putIfAbsent(outcome.taskId(), new Owned(set, outcomes.run(), outcome));
            }
        }
        Set<RunKey> paused = progress.lock(kinds.keySet());
        List<Set<Integer>> accepted = new ArrayList<>();
        sets.forEach(ignored -> accepted.add(new HashSet<>()));
        Map<RunKey, List<Integer>> completed = new LinkedHashMap<>();
        Map<RunKey, Ends> ends = new HashMap<>();
        for (UUID taskId : end(byTask)) {
            Owned owned = byTask.get(taskId);
            if (owned == null) {
                throw new IllegalStateException("the store ended a task that nobody reported: " + taskId);
            }
            accepted.get(owned.set()).add(owned.outcome().index());
            switch (owned.outcome().outcome()) {
                case COMPLETED -> {
                    ends.merge(owned.run(), new Ends(1, 0, 0), OutcomeRecording::sum);
                    if (kinds.get(owned.run()) == RunKind.DAG) {
                        completed
                                .computeIfAbsent(owned.run(), run -> new ArrayList<>())
                                .add(owned.outcome().index());
                    }
                    ended.add(taskId);
                }
                case CANCELLED -> {
                    ends.merge(owned.run(), new Ends(0, 0, 1), OutcomeRecording::sum);
                    ended.add(taskId);
                }
                case FAILED -> {}
            }
        }
        RunProgress.Readied readied = progress.satisfy(completed, paused);
        Set<RunKey> runsEnded = progress.countDown(ends);
        return results(sets, accepted, new Tellings(sets, readied), runsEnded);
    }

    private List<Recorded> results(
            List<RunOutcomes> sets, List<Set<Integer>> accepted, Tellings tellings, Set<RunKey> runsEnded) {
        List<Recorded> results = new ArrayList<>(sets.size());
        for (int set = 0; set < sets.size(); set++) {
            RunKey run = sets.get(set).run();
            Set<Integer> ended = Set.copyOf(accepted.get(set));
            results.add(tellings.recorded(run, ended, runsEnded.contains(run)));
        }
        return results;
    }

    /**
     * Who is told what: each dependent that became ready goes to one set of its run, which has an outcome that it waited for. A batch may
     * hold it already, and that is the batch.
     */
    private final class Tellings {
        private final Map<RunKey, Set<Integer>> released = new HashMap<>();
        private final Map<RunKey, Set<Integer>> queued = new HashMap<>();
        private final Map<RunKey, Integer> setsLeft = new HashMap<>();

        Tellings(List<RunOutcomes> sets, RunProgress.Readied readied) {
            readied.released().forEach((run, tasks) -> released.put(run, new TreeSet<>(tasks)));
            readied.queued().forEach((run, tasks) -> queued.put(run, new TreeSet<>(tasks)));
            sets.forEach(set -> setsLeft.merge(set.run(), 1, Integer::sum));
        }

        /** Of the next set of a run. */
        Recorded recorded(RunKey run, Set<Integer> ended, boolean runEnded) {
            boolean last = setsLeft.merge(run, -1, Integer::sum) == 0;
            return new Recorded(
                    ended,
                    take(released.getOrDefault(run, Set.of()), run, ended, last),
                    take(queued.getOrDefault(run, Set.of()), run, ended, last),
                    runEnded);
        }

        private List<Integer> take(Set<Integer> left, RunKey run, Set<Integer> ended, boolean last) {
            if (left.isEmpty()) {
                return List.of();
            }
            List<Integer> taken = last ? List.copyOf(left) : progress.dependents(run, left, ended);
            taken.forEach(left::remove);
            return taken;
        }
    }

    private static Ends sum(Ends a, Ends b) {
        return new Ends(a.completed() + b.completed(), a.failed() + b.failed(), a.cancelled() + b.cancelled());
    }

    /** The tasks whose outcome this is, now. */
    private List<UUID> end(Map<UUID, Owned> byTask) {
        List<Owned> inOrder = byTask.values().stream()
                .sorted(Comparator.comparing(owned -> owned.outcome().taskId()))
                .toList();
        List<AttemptOutcome> outcomes = inOrder.stream().map(Owned::outcome).toList();
        Integer[] runNumbers =
                inOrder.stream().map(owned -> owned.run().runNumber()).toArray(Integer[]::new);
        UUID[] ids = outcomes.stream().map(AttemptOutcome::taskId).toArray(UUID[]::new);
        return jdbc.query(
                """
                with outcome as materialized (
                  select * from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::attempt_outcome[], ?::text[], ?::text[], ?::text[],
                                       ?::boolean[], ?::bigint[], ?::bigint[], ?::bigint[])
                    as o(task_id, run_number, attempt, epoch, outcome, result, error_code, error_message, retryable, cost, input,
                         output)
                ), ended as (
                  update task_state s
                  set status = case o.outcome when 'COMPLETED' then 'COMPLETED'::task_status
                                              when 'CANCELLED' then 'CANCELLED'::task_status
                                              else 'BACKOFF'::task_status end,
                      ended_at = case o.outcome when 'FAILED' then null else now() end,
                      error_code = case o.outcome when 'CANCELLED' then coalesce(s.error_code, o.error_code) else o.error_code end,
                      error_message = case o.outcome when 'CANCELLED' then coalesce(s.error_message, o.error_message)
                                                     else o.error_message end
                  from outcome o
                  where s.task_id = o.task_id and s.task_id = any(?) and s.status = 'RUNNING'
                    and s.run_number = o.run_number and s.attempt = o.attempt and s.epoch = o.epoch
                  returning s.task_id, s.run_number, s.tenant, s.agent_id, s.started_at
                ), kept as (
                  insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, started_at, ended_at,
                    outcome, error_code, error_message, retryable, result, cost_micro_usd, input_tokens, output_tokens)
                  select e.task_id, o.attempt, e.tenant, e.run_number, o.epoch, e.agent_id, e.started_at, now(), o.outcome,
                    o.error_code, o.error_message, o.retryable, o.result::json, o.cost, o.input, o.output
                  from ended e join outcome o on o.task_id = e.task_id
                )
                select task_id from ended
                """,
                (row, number) -> row.getObject(1, UUID.class),
                ids,
                runNumbers,
                outcomes.stream().map(AttemptOutcome::attempt).toArray(Integer[]::new),
                outcomes.stream().map(AttemptOutcome::epoch).toArray(Integer[]::new),
                texts(outcomes, o -> o.outcome().name()),
                texts(outcomes, AttemptOutcome::result),
                texts(outcomes, AttemptOutcome::errorCode),
                texts(outcomes, AttemptOutcome::errorMessage),
                outcomes.stream().map(AttemptOutcome::retryable).toArray(Boolean[]::new),
                outcomes.stream().map(o -> o.usage().costMicroUsd()).toArray(Long[]::new),
                outcomes.stream().map(o -> o.usage().inputTokens()).toArray(Long[]::new),
                outcomes.stream().map(o -> o.usage().outputTokens()).toArray(Long[]::new),
                ids);
    }

    private static @Nullable String[] texts(
            List<AttemptOutcome> outcomes, Function<AttemptOutcome, @Nullable String> column) {
        return outcomes.stream().map(column).toArray(String[]::new);
    }

    /** An outcome, and the set and run that it is of. */
    private record Owned(int set, RunKey run, AttemptOutcome outcome) {}
}
