package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes how tasks leave the backlog by a claim, and when their runs were told. Thread-safe. */
public final class ReleaseWrites {
    private final JdbcClient client;

    public ReleaseWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Makes a group of standalone tasks and releases them in it, best first. What somebody else has just now, or cancelled since it was read,
     * is left out; where nothing is left, there is no group either.
     *
     * @param shared tenant or region of the run where its tasks have several
     * @param member reads a task of the group from columns of task_state and task
     * @return the tasks of the group, by index
     */
    public <T> List<T> releaseAsGroup(
            RunKey group, int plannerVersion, String shared, List<UUID> tasks, RowMapper<T> member) {
        UUID[] ids = tasks.toArray(UUID[]::new);
        return client.sql("""
                with taken as materialized (
                  select s.task_id, s.tenant, t.region, s.rank, s.priority, t.estimated_complexity, t.max_attempts,
                         t.retry_initial_millis, t.retry_coefficient,
                         t.retry_max_millis, t.non_retryable_codes
                  from task_state s join task t on t.task_id = s.task_id
                  where s.task_id = any(?) and s.status::text = 'QUEUED' and s.run_id is null
                  order by s.rank, s.task_id for update of s skip locked
                ), member as (
                  select taken.*, row_number() over (order by rank, task_id) - 1 as position from taken
                ), made as (
                  insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                    open_count, created_at, start_requested_at)
                  select ?, ?, 'GROUP', case when min(tenant) = max(tenant) then min(tenant) else ? end,
                    case when min(region) = max(region) then min(region) else ? end,
                    'STARTING', ?, ?, count(*), count(*), now(), now()
                  from member having count(*) > 0
                ), released as (
                  update task_state s
                  set status = 'RELEASED', released_at = now(), notified_at = now(), run_id = ?, run_number = ?, task_index = m.position
                  from member m where s.task_id = m.task_id and s.task_id = any(?)
                )
                select * from member order by position
                """)
                .params(
                        ids,
                        group.runId(),
                        group.runNumber(),
                        shared,
                        shared,
                        plannerVersion,
                        group.workflowId(RunKind.GROUP),
                        group.runId(),
                        group.runNumber(),
                        ids)
                .query(member)
                .list();
    }

    /**
     * Releases tasks of runs that are queued, and that nobody else has just now.
     *
     * @param starting those of the runs that the current transaction starts; the others are left alone unless they go on
     * @return what was released, in the order of the indexes
     */
    public List<RunTask> release(Map<RunKey, List<Integer>> byRun, Set<RunKey> starting) {
        List<Wanted> wanted = new ArrayList<>();
        byRun.forEach(
                (run, indexes) -> indexes.forEach(index -> wanted.add(new Wanted(run, index, starting.contains(run)))));
        List<RunTask> released = client.sql("""
                update task_state s set status = 'RELEASED', released_at = now(), notified_at = now()
                from run r
                where s.task_id in (
                    select q.task_id
                    from unnest(?::uuid[], ?::int[], ?::int[], ?::boolean[]) as w(run_id, run_number, task_index, starting)
                    join task_state q on q.run_id = w.run_id and q.run_number = w.run_number and q.task_index = w.task_index
                    where q.status::text = 'QUEUED'
                      and (w.starting or exists (select from run b where b.run_id = w.run_id and b.run_number = w.run_number
                                                   and b.status::text = 'RUNNING' and not b.paused))
                    order by q.task_id for update of q skip locked)
                  and r.run_id = s.run_id and r.run_number = s.run_number
                returning s.run_id, s.run_number, s.task_index as index, r.kind
                """)
                .params(Columns.of(wanted).runs(Wanted::run).ints(Wanted::index).flags(Wanted::starting))
                .query(Records.of(RunTask.class))
                .list();
        released.sort(Comparator.comparingInt(RunTask::index));
        return released;
    }

    /**
     * Takes queued tasks out of line, by task in the order of ids, for these reasons. Those that somebody else has just now stay: the claim has rows
     * of its own and waits for nobody, and the next one asks again.
     */
    public void hold(Map<UUID, String> reasons) {
        if (reasons.isEmpty()) {
            return;
        }
        UUID[] ids = reasons.keySet().toArray(UUID[]::new);
        client.sql("""
                update task_state s set held_by = h.reason
                from unnest(?::uuid[], ?::text[]) as h(task_id, reason)
                where s.task_id = h.task_id and s.status::text = 'QUEUED'
                  and s.task_id in (select q.task_id from task_state q where q.task_id = any(?) and q.status::text = 'QUEUED'
                                    order by q.task_id for update skip locked)
                """)
                .params(ids, reasons.values().toArray(String[]::new), ids)
                .update();
    }

    /**
     * Puts tasks in line again that are held for this reason, best first.
     *
     * @param limit how many at most
     * @return how many there were
     */
    public int putInLine(String reason, int limit) {
        return client.sql("""
                update task_state s set held_by = s.selector_key
                where s.task_id in (select h.task_id from task_state h where h.status = 'QUEUED' and h.held_by = ? and h.held_by <> ''
                                    order by h.rank, h.task_id limit ? for update skip locked)
                  and s.status::text = 'QUEUED'
                """).params(reason, limit).update();
    }

    /**
     * Marks releases as told that their runs may not know of: made longer ago than {@code age} and not dispatched, nor told of within
     * {@code repeatAfter}; those of paused runs are left for later.
     */
    public List<RunTask> markToldAgain(Duration age, Duration repeatAfter, int limit) {
        return client.sql("""
                update task_state s set notified_at = now()
                from (select g.task_id, r.kind from task_state g
                      join run r on r.run_id = g.run_id and r.run_number = g.run_number
                        and r.status::text = 'RUNNING' and not r.paused
                      where g.status = 'RELEASED' and g.released_at < now() - ? * interval '1 millisecond'
                        and (g.notified_at is null or g.notified_at < now() - ? * interval '1 millisecond')
                      limit ? for update of g skip locked) u
                where s.task_id = u.task_id
                returning s.run_id, s.run_number, s.task_index as index, u.kind
                """)
                .params(age.toMillis(), repeatAfter.toMillis(), limit)
                .query(Records.of(RunTask.class))
                .list();
    }

    /** Notes that a run could not be told of these releases. */
    public void notTold(RunKey run, List<Integer> tasks) {
        client.sql("""
                update task_state set notified_at = null
                where run_id = ? and run_number = ? and task_index = any(?) and status::text = 'RELEASED'
                """)
                .params(run.runId(), run.runNumber(), tasks.toArray(Integer[]::new))
                .update();
    }

    private record Wanted(RunKey run, int index, boolean starting) {}
}
