package io.agentorchestrator.store.run;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What ends of tasks do to their runs, of any number of runs at once: dependents are counted down, queued and released, and a run
 * ends with its last task. To be called within a transaction, {@link #lock} first. Thread-safe.
 */
final class RunProgress {
    private final JdbcTemplate jdbc;
    private final RunPlans plans;
    private final ReleasePolicy releasePolicy;

    RunProgress(JdbcTemplate jdbc, ReleasePolicy releasePolicy) {
        this.jdbc = jdbc;
        this.plans = new RunPlans(jdbc);
        this.releasePolicy = releasePolicy;
    }

    /** Locks the runs, in the order of their ids: whoever holds several never waits in a circle. Those that are paused. */
    Set<RunKey> lock(Collection<RunKey> runs) {
        Set<RunKey> paused = new HashSet<>();
        UUID[] ids = RunKeys.ids(runs);
        jdbc.query(
                """
                select r.run_id, r.run_number, r.paused from run r
                where r.run_id = any(?)
                  and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                order by r.run_id, r.run_number for update of r
                """,
                row -> {
                    if (row.getBoolean(3)) {
                        paused.add(RunKeys.read(row));
                    }
                },
                ids,
                ids,
                RunKeys.numbers(runs));
        return paused;
    }

    /**
     * Counts these parents off their dependents. Those that become ready leave the backlog with that where agents are not scarce.
     *
     * @param parents by run, of DAGs only
     * @return the dependents that became ready
     */
    Readied satisfy(Map<RunKey, List<Integer>> parents, Set<RunKey> paused) {
        List<Satisfied> satisfied = new ArrayList<>();
        parents.forEach((run, ended) -> satisfied.addAll(satisfied(run, ended)));
        if (satisfied.isEmpty()) {
            return Readied.NONE;
        }
        String[] ample = releasePolicy.ample(satisfied.size()).toArray(String[]::new);
        List<Ready> waiting = new ArrayList<>();
        List<Ready> gone = new ArrayList<>();
        jdbc.query(
                """
                update task_state s
                set waiting_on = s.waiting_on - d.satisfied,
                    status = case when s.waiting_on > d.satisfied then s.status
                                  when d.may_go and s.task_type = any(?) then 'RELEASED'::task_status
                                  else 'QUEUED'::task_status end,
                    queued_at = case when s.waiting_on <= d.satisfied then now() else s.queued_at end,
                    released_at = case when s.waiting_on <= d.satisfied and d.may_go and s.task_type = any(?) then now()
                                      else s.released_at end
                from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::boolean[]) as d(run_id, run_number, task_index, satisfied, may_go)
                where s.run_id = d.run_id and s.run_number = d.run_number and s.task_index = d.task_index
                  and s.status = 'WAITING'
                returning s.run_id, s.run_number, s.task_id, s.task_index, s.task_type, s.priority, s.status
                """,
                row -> {
                    TaskStatus status = TaskStatus.valueOf(row.getString("status"));
                    if (status != TaskStatus.WAITING) {
                        (status == TaskStatus.RELEASED ? gone : waiting).add(Ready.read(row));
                    }
                },
                ample,
                ample,
                satisfied.stream().map(s -> s.run().runId()).toArray(UUID[]::new),
                satisfied.stream().map(s -> s.run().runNumber()).toArray(Integer[]::new),
                satisfied.stream().map(Satisfied::child).toArray(Integer[]::new),
                satisfied.stream().map(Satisfied::parents).toArray(Integer[]::new),
                satisfied.stream().map(s -> !paused.contains(s.run())).toArray(Boolean[]::new));
        releasePolicy.released(gone.stream().map(Ready::task).toList());
        Map<RunKey, List<Integer>> released = release(waiting, paused);
        Map<RunKey, Set<Integer>> queued = new HashMap<>();
        for (Ready task : waiting) {
            queued.computeIfAbsent(task.run(), run -> new TreeSet<>())
                    .add(task.task().index());
        }
        released.forEach((run, tasks) -> tasks.forEach(queued.getOrDefault(run, Set.of())::remove));
        gone.forEach(task -> released.computeIfAbsent(task.run(), run -> new ArrayList<>())
                .add(task.task().index()));
        return new Readied(released, queued);
    }

    /** Which of these depend on one of those parents. */
    List<Integer> dependents(RunKey run, Collection<Integer> tasks, Collection<Integer> parents) {
        Map<Integer, Integer> dependents = dependents(run, parents);
        return tasks.stream().filter(dependents::containsKey).toList();
    }

    private List<Satisfied> satisfied(RunKey run, List<Integer> parents) {
        if (parents.isEmpty()) {
            return List.of();
        }
        List<Satisfied> satisfied = new ArrayList<>();
        dependents(run, parents).forEach((child, count) -> satisfied.add(new Satisfied(run, child, count)));
        return satisfied;
    }

    /** The tasks that depend on one of these at least, ascending, and on how many of them. */
    private Map<Integer, Integer> dependents(RunKey run, Collection<Integer> parents) {
        int[][] children = plans.childrenOf(run.runId());
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int parent : parents) {
            for (int child : children[parent]) {
                counts.merge(child, 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Releases what has its turn. In a paused run nothing is released, and release has nothing to look for. */
    Map<RunKey, List<Integer>> release(List<Ready> readyTasks, Set<RunKey> paused) {
        Map<UUID, Ready> candidates = new HashMap<>();
        List<ReadyTask> ready = new ArrayList<>();
        for (Ready task : readyTasks) {
            if (!paused.contains(task.run())) {
                candidates.put(task.task().taskId(), task);
                ready.add(task.task());
            }
        }
        Map<RunKey, List<Integer>> released = new HashMap<>();
        if (ready.isEmpty()) {
            return released;
        }
        List<ReadyTask> turn = releasePolicy.release(ready);
        if (turn.size() < ready.size()) {
            jdbc.execute("notify " + Channels.BACKLOG);
        }
        if (turn.isEmpty()) {
            return released;
        }
        UUID[] ids = turn.stream().map(ReadyTask::taskId).toArray(UUID[]::new);
        jdbc.query(
                """
                update task_state set status = 'RELEASED', released_at = now(), notified_at = null
                where task_id = any(?) and status = 'QUEUED'
                returning task_id
                """,
                row -> {
                    Ready task = candidates.get(row.getObject(1, UUID.class));
                    if (task != null) {
                        released.computeIfAbsent(task.run(), run -> new ArrayList<>())
                                .add(task.task().index());
                    }
                },
                (Object) ids);
        return released;
    }

    /** Counts ended tasks off their runs; those runs that have ended by it. */
    Set<RunKey> countDown(Map<RunKey, Ends> ends) {
        Map<RunKey, Ends> some = new HashMap<>(ends);
        some.values().removeIf(count -> count.total() == 0);
        if (some.isEmpty()) {
            return Set.of();
        }
        List<RunKey> runs = List.copyOf(some.keySet());
        List<Ends> counts = runs.stream().map(ends::get).toList();
        UUID[] ids = RunKeys.ids(runs);
        Set<RunKey> ended = new HashSet<>();
        jdbc.query(
                """
                update run r
                set open_count = r.open_count - c.ended, failed_count = r.failed_count + c.failed,
                    cancelled_count = r.cancelled_count + c.cancelled,
                    status = case when r.open_count > c.ended then r.status
                                  else run_verdict(r.cancel_all, r.failed_count + c.failed, r.cancelled_count + c.cancelled) end,
                    ended_at = case when r.open_count > c.ended then r.ended_at else now() end
                from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::int[]) as c(run_id, run_number, ended, failed, cancelled)
                where r.run_id = c.run_id and r.run_number = c.run_number and r.run_id = any(?)
                returning r.run_id, r.run_number, r.open_count
                """,
                row -> {
                    if (row.getInt(3) <= 0) {
                        ended.add(RunKeys.read(row));
                    }
                },
                ids,
                RunKeys.numbers(runs),
                counts.stream().map(Ends::total).toArray(Integer[]::new),
                counts.stream().map(Ends::failed).toArray(Integer[]::new),
                counts.stream().map(Ends::cancelled).toArray(Integer[]::new),
                ids);
        return ended;
    }

    /** How many tasks of a run ended, and how. */
    record Ends(int completed, int failed, int cancelled) {
        int total() {
            return completed + failed + cancelled;
        }
    }

    /**
     * Dependents that have become ready, by run.
     *
     * @param released those that left the backlog at once
     * @param queued those that wait in it for their turn
     */
    record Readied(Map<RunKey, List<Integer>> released, Map<RunKey, Set<Integer>> queued) {
        static final Readied NONE = new Readied(Map.of(), Map.of());
    }

    /** A task of a run that has become ready. */
    record Ready(RunKey run, ReadyTask task) {
        static Ready read(ResultSet row) throws SQLException {
            return new Ready(
                    RunKeys.read(row),
                    new ReadyTask(
                            row.getObject("task_id", UUID.class),
                            row.getInt("task_index"),
                            row.getString("task_type"),
                            Priority.valueOf(row.getString("priority"))));
        }
    }

    private record Satisfied(RunKey run, int child, int parents) {}
}
