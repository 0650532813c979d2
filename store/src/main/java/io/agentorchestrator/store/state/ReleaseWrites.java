package io.agentorchestrator.store.state;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes how tasks leave the backlog by a claim, and when their runs were told. Thread-safe. */
public final class ReleaseWrites {
    private final JdbcTemplate jdbc;

    public ReleaseWrites(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Releases standalone tasks as a group, in this order.
     *
     * @param tasks QUEUED, and locked by the current transaction
     */
    public void releaseAsGroup(RunKey group, List<UUID> tasks) {
        UUID[] ids = tasks.toArray(UUID[]::new);
        jdbc.update("""
                update task_state s
                set status = 'RELEASED', released_at = now(), notified_at = now(), run_id = ?, run_number = ?,
                    task_index = g.position - 1
                from unnest(?::uuid[]) with ordinality as g(task_id, position)
                where s.task_id = g.task_id and s.task_id = any(?) and s.status = 'QUEUED'
                """, group.runId(), group.runNumber(), ids, ids);
    }

    /**
     * Releases tasks of runs that are queued, and that nobody else has just now.
     *
     * @param starting those of the runs that the current transaction starts; the others are left alone unless they go on
     * @return what was released, in the order of the indexes
     */
    public List<Released> release(Map<RunKey, List<Integer>> byRun, Set<RunKey> starting) {
        List<UUID> runs = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Integer> tasks = new ArrayList<>();
        List<Boolean> start = new ArrayList<>();
        byRun.forEach((run, indexes) -> indexes.forEach(index -> {
            runs.add(run.runId());
            numbers.add(run.runNumber());
            tasks.add(index);
            start.add(starting.contains(run));
        }));
        List<Released> released = jdbc.query(
                """
                update task_state s set status = 'RELEASED', released_at = now(), notified_at = now()
                from run r
                where s.task_id in (
                    select q.task_id
                    from unnest(?::uuid[], ?::int[], ?::int[], ?::boolean[]) as w(run_id, run_number, task_index, starting)
                    join task_state q on q.run_id = w.run_id and q.run_number = w.run_number and q.task_index = w.task_index
                    where q.status = 'QUEUED'
                      and (w.starting or exists (select from run b where b.run_id = w.run_id and b.run_number = w.run_number
                                                   and b.status = 'RUNNING' and not b.paused))
                    order by q.task_id for update of q skip locked)
                  and r.run_id = s.run_id and r.run_number = s.run_number
                returning s.run_id, s.run_number, s.task_index, r.kind
                """,
                (row, number) -> new Released(
                        RunKeys.read(row), RunKind.valueOf(row.getString("kind")), row.getInt("task_index")),
                runs.toArray(UUID[]::new),
                numbers.toArray(Integer[]::new),
                tasks.toArray(Integer[]::new),
                start.toArray(Boolean[]::new));
        released.sort(Comparator.comparingInt(Released::index));
        return released;
    }

    /**
     * Marks releases as told that their runs may not know of: made longer ago than {@code age} and not dispatched, nor told of within
     * {@code repeatAfter}; those of paused runs are left for later.
     */
    public List<Released> markToldAgain(Duration age, Duration repeatAfter, int limit) {
        return jdbc.query(
                """
                update task_state s set notified_at = now()
                from (select g.task_id, r.kind from task_state g
                      join run r on r.run_id = g.run_id and r.run_number = g.run_number
                        and r.status = 'RUNNING' and not r.paused
                      where g.status = 'RELEASED' and g.released_at < now() - ? * interval '1 millisecond'
                        and (g.notified_at is null or g.notified_at < now() - ? * interval '1 millisecond')
                      limit ? for update of g skip locked) u
                where s.task_id = u.task_id
                returning s.run_id, s.run_number, s.task_index, u.kind
                """,
                (row, number) -> new Released(
                        RunKeys.read(row), RunKind.valueOf(row.getString("kind")), row.getInt("task_index")),
                age.toMillis(),
                repeatAfter.toMillis(),
                limit);
    }

    /** Notes that a run could not be told of these releases. */
    public void notTold(RunKey run, List<Integer> tasks) {
        jdbc.update("""
                update task_state set notified_at = null
                where run_id = ? and run_number = ? and task_index = any(?) and status = 'RELEASED'
                """, run.runId(), run.runNumber(), tasks.toArray(Integer[]::new));
    }

    /** A task of a run that has left the backlog. */
    public record Released(RunKey run, RunKind kind, int index) {}
}
