package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes what the ends of tasks mean for those that wait for them. To be called within a transaction that has locked both. Thread-safe. */
public final class DependentWrites {
    private final JdbcClient client;

    public DependentWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Counts parents off dependents in their own runs. Those that become ready enter the backlog, or leave it with that, on these terms; of
     * the latter those that an agent is given for are dispatched to it, unless their deadline has passed.
     *
     * @return those that became ready
     */
    public List<Readied> satisfy(List<Satisfied> dependents, List<Terms> terms) {
        List<Satisfied> inOrder = dependents.stream()
                .sorted(Comparator.comparing((Satisfied row) -> row.run().runId())
                        .thenComparingInt(Satisfied::child))
                .toList();
        return client
                .sql("""
                update task_state s
                set waiting_on = s.waiting_on - d.satisfied, status = d.next,
                    queued_at = case when d.next <> 'WAITING' then now() else s.queued_at end,
                    released_at = case when d.next in ('RELEASED', 'DISPATCHED') then now() else s.released_at end,
                    attempt = case d.next when 'DISPATCHED' then s.attempt + 1 else s.attempt end,
                    attempt_epochs = case d.next when 'DISPATCHED' then 1 else s.attempt_epochs end,
                    epoch = case d.next when 'DISPATCHED' then s.epoch + 1 else s.epoch end,
                    agent_id = case d.next when 'DISPATCHED' then d.agent_id else s.agent_id end,
                    placement = case d.next when 'DISPATCHED' then 'HANDED_ON' else s.placement end, moved_from = null,
                    worker_id = case d.next when 'DISPATCHED' then d.worker_id else s.worker_id end,
                    started_at = case d.next when 'DISPATCHED' then null else s.started_at end
                from (
                  select q.task_id, d.satisfied, d.agent_id, d.worker_id,
                    case when q.waiting_on > d.satisfied then 'WAITING'
                         when not (d.may_leave and not q.needs_claim and\s""" + Terms.LEAVES + """
                              ) then 'QUEUED'
                         when d.agent_id is null or d.worker_id is null or q.deadline <= now() then 'RELEASED'
                         else 'DISPATCHED' end::task_status as next
                  from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::boolean[], ?::text[], ?::text[])
                      as d(run_id, run_number, task_index, satisfied, may_leave, agent_id, worker_id)
                  join task_state q on q.run_id = d.run_id and q.run_number = d.run_number and q.task_index = d.task_index
                  left join\s""" + Terms.TABLE + """
                   on t.run_id = q.run_id and t.task_type = q.task_type
                  where q.status::text = 'WAITING'
                ) d
                where s.task_id = d.task_id and s.status::text = 'WAITING'
                returning s.run_id, s.run_number, s.task_index, s.task_id, s.status, s.attempt, s.epoch, s.agent_id
                """)
                .params(Columns.of(inOrder)
                        .runs(Satisfied::run)
                        .ints(Satisfied::child)
                        .ints(Satisfied::parents)
                        .flags(Satisfied::mayLeave)
                        .texts(Satisfied::agentId)
                        .texts(Satisfied::workerId))
                .params(Terms.columns(terms))
                .query((row, number) -> new Readied(
                        Records.runKey(row),
                        row.getInt("task_index"),
                        row.getObject("task_id", UUID.class),
                        TaskStatus.valueOf(row.getString("status")),
                        row.getInt("attempt"),
                        row.getInt("epoch"),
                        row.getString("agent_id")))
                .list()
                .stream()
                .filter(task -> task.status() != TaskStatus.WAITING)
                .toList();
    }

    /**
     * Counts parents off tasks of whatever runs, or of none.
     *
     * @param satisfied how many parents of each, by task
     * @return whether one became ready
     */
    public boolean satisfy(SortedMap<UUID, Integer> satisfied) {
        UUID[] children = satisfied.keySet().toArray(UUID[]::new);
        return client.sql("""
                update task_state s
                set waiting_on = s.waiting_on - d.satisfied,
                    status = case when s.waiting_on <= d.satisfied then 'QUEUED'::task_status else s.status end,
                    queued_at = case when s.waiting_on <= d.satisfied then now() else s.queued_at end
                from unnest(?::uuid[], ?::int[]) as d (task_id, satisfied)
                where s.task_id = d.task_id and s.task_id = any(?) and s.status::text = 'WAITING'
                returning s.status = 'QUEUED'
                """)
                .params(children, satisfied.values().toArray(Integer[]::new), children)
                .query((row, number) -> row.getBoolean(1))
                .list()
                .contains(true);
    }

    /** Cancels standalone tasks that wait, for these reasons; returns those that were. */
    public List<UUID> cancel(SortedMap<UUID, Why> children) {
        UUID[] ids = children.keySet().toArray(UUID[]::new);
        return client.sql("""
                update task_state s
                set status = 'CANCELLED', ended_at = now(), error_code = c.code, error_message = c.reason
                from unnest(?::uuid[], ?::text[], ?::text[]) as c (task_id, code, reason)
                where s.task_id = c.task_id and s.task_id = any(?) and s.status::text = 'WAITING'
                returning s.task_id
                """)
                .param(ids)
                .params(Columns.of(children.values()).texts(Why::code).texts(Why::reason))
                .param(ids)
                .query(UUID.class)
                .list();
    }

    /**
     * A task whose parents have completed.
     *
     * @param parents how many
     * @param mayLeave whether it may leave the backlog if it becomes ready
     * @param agentId which has room for it, if one has
     * @param workerId who would watch it there
     */
    public record Satisfied(
            RunKey run,
            int child,
            int parents,
            boolean mayLeave,
            @Nullable String agentId,
            @Nullable String workerId) {}

    /** A task that became ready: QUEUED, RELEASED or DISPATCHED. */
    public record Readied(
            RunKey run,
            int index,
            UUID taskId,
            TaskStatus status,
            int attempt,
            int epoch,
            @Nullable String agentId) {}

    /** Why a task is cancelled. */
    public record Why(String code, String reason) {}
}
