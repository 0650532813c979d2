package io.agentorchestrator.store.run;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.state.DispatchWrites;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the tasks of a batch and writes where their dispatches are. What changes tasks here shares the run's lock, which recording has for
 * itself: the ids of the transactions, and so the events, stand in the order in which things happened. Thread-safe.
 */
public final class BatchStore {
    private static final String STATE = """
            s.run_id, s.run_number, s.status, s.attempt, s.epoch, s.error_code,
              coalesce(a.retryable, false) as retryable, s.deadline, s.worker_id, coalesce(r.paused, false) as paused, s.priority
            from task_state s
            left join task_attempt a on a.task_id = s.task_id and a.attempt = s.attempt
            left join run r on r.run_id = s.run_id and r.run_number = s.run_number
            """;

    private final JdbcClient client;
    private final DispatchWrites writes;

    public BatchStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.writes = new DispatchWrites(client);
    }

    /** The tasks of these indexes, of a DAG the longest remaining path first, otherwise in index order; an index that the run does not have is left out. */
    public List<BatchTask> load(RunKey run, Collection<Integer> indexes) {
        return client.sql("""
                select t.task_id, s.task_index as index, t.tenant, t.dag_id, t.task_type, s.priority,
                       t.estimated_complexity as complexity, s.status, s.attempt, s.epoch,
                       s.agent_id, s.queued_at, s.started_at, t.created_at, t.payload, t.has_templates, t.timeout_millis,
                       t.traceparent, t.tracestate, s.error_code, coalesce(a.retryable, false) as retryable,
                       c.sequence, c.data, s.deadline, s.worker_id, s.attempt_epochs, t.key, t.selector,
                       s.limit_keys is not null as is_limited,
                       greatest(extract(epoch from now() - s.released_at) * 1000, 0) as released_for_millis,
                       greatest(extract(epoch from now() - s.started_at) * 1000, 0) as running_for_millis,
                       t.preemptible, s.preemptions,
                       greatest(extract(epoch from now() - s.queued_at) * 1000, 0) as queued_for_millis,
                       greatest(extract(epoch from now() - c.recorded_at) * 1000, 0) as checkpointed_for_millis,
                       coalesce(p.cost_micro_usd, 0) as cost_micro_usd, coalesce(p.input_tokens, 0) as input_tokens,
                       coalesce(p.output_tokens, 0) as output_tokens,
                       b.cost_micro_usd as reserved_micro_usd, b.tokens as reserved_tokens, b.allowed_micro_usd, b.allowed_tokens, b.max_cost_factor, b.refusal
                from task_state s
                join task t on t.task_id = s.task_id
                left join task_attempt a on a.task_id = s.task_id and a.attempt = s.attempt
                left join task_checkpoint c on c.task_id = s.task_id
                left join lateral (select * from budget_reservation where task_id = s.task_id and s.needs_claim offset 0) b on true
                left join lateral (
                  select * from task_report where task_id = s.task_id and epoch = s.epoch and s.status::text in ('DISPATCHED', 'RUNNING')
                  offset 0) p on true
                where s.run_id = ? and s.run_number = ? and s.task_index = any(?)
                order by s.path_millis desc, s.task_index
                """)
                .params(run.runId(), run.runNumber(), indexes.toArray(Integer[]::new))
                .query(Records.of(BatchTask.class))
                .list();
    }

    /** Where tasks are, by index; cheaper than {@link #load} and enough to see whether somebody else recorded an outcome. */
    public Map<Integer, BatchState> states(RunKey run, Collection<Integer> indexes) {
        return Records.byKey(
                client.sql("select s.task_index, " + STATE
                                + "where s.run_id = ? and s.run_number = ? and s.task_index = any(?)")
                        .params(run.runId(), run.runNumber(), indexes.toArray(Integer[]::new)),
                Integer.class,
                Records.of(BatchState.class));
    }

    /** Where tasks of any runs are; those that the store does not have are left out. */
    public Map<UUID, TaskLocation> whereabouts(Collection<UUID> tasks) {
        return Records.byKey(
                client.sql("select s.task_id, " + STATE + "where s.task_id = any(?)")
                        .param(tasks.toArray(UUID[]::new)),
                UUID.class,
                Records.of(TaskLocation.class));
    }

    /**
     * Commits dispatches, all in one transaction: raises the epoch, and the attempt where none is under way. Those that another worker changed
     * meanwhile are missing from the answer. All runs are held before the first task is changed, in the order in which recording locks
     * them, so that the two never wait in a circle.
     *
     * @param workerId who watches the tasks from now on
     * @return what was dispatched
     */
    public List<Dispatch.Begun> dispatch(String workerId, Map<RunKey, List<Dispatch>> byRun) {
        return writes.dispatch(workerId, byRun);
    }

    /** Records that agents have accepted these; what has moved on since is left alone. */
    public void accepted(List<Accepted> accepted) {
        if (!accepted.isEmpty()) {
            writes.accepted(accepted);
        }
    }

    /**
     * Takes tasks back to the backlog that no agent has. The attempt that was under way was none, unless an agent has had it: then the next
     * dispatch goes on with it.
     *
     * @param expectedEpochs by task id, as the caller saw them
     * @param held those of them whose attempt an agent has had
     * @param notify whether the run is to be told of those that are back in the backlog
     * @return the indexes that were taken back; the others have moved on
     */
    public List<Integer> requeue(RunKey run, Map<UUID, Integer> expectedEpochs, Set<UUID> held, boolean notify) {
        return requeue(run, expectedEpochs, held, Map.of(), notify);
    }

    /**
     * Takes tasks back in the same way, some of which were stopped for others.
     *
     * @param preemptedFor those, and for which task each was stopped
     */
    public List<Integer> requeue(
            RunKey run,
            Map<UUID, Integer> expectedEpochs,
            Set<UUID> held,
            Map<UUID, UUID> preemptedFor,
            boolean notify) {
        return writes.requeue(run, expectedEpochs, held, preemptedFor, notify);
    }

    /**
     * Has this worker watch tasks that are at agents.
     *
     * @param epochs by task id, as the caller saw them
     * @return those that it watches now; the others have moved on
     */
    public List<UUID> takeOver(String workerId, RunKey run, Map<UUID, Integer> epochs) {
        return epochs.isEmpty() ? List.of() : writes.takeOver(workerId, run, epochs);
    }

    /**
     * Finds running tasks that other workers watch at these agents and that may be stopped for one of this priority: the lowest priority first,
     * then the least work lost, which is the time since the last checkpoint, or since the task began, times the cost factor of its agent.
     */
    public List<WatchedRow> preemptible(String workerId, List<String> agentIds, Priority priority, int most) {
        return client.sql("""
                select s.task_id, s.run_id, s.run_number, s.task_index as index
                from task_state s
                join task t on t.task_id = s.task_id
                join agent a on a.agent_id = s.agent_id
                left join task_checkpoint c on c.task_id = s.task_id
                cross join lateral (select now() - greatest(c.recorded_at, s.started_at) as age) unsaved
                where s.status in ('RELEASED', 'DISPATCHED', 'RUNNING') and s.status::text = 'RUNNING' and s.worker_id <> ?
                  and s.agent_id = any(?) and s.priority > ?::priority_key and t.preemptible and s.preemptions < ? and s.error_code is null
                  and s.started_at < now() - ? * interval '1 millisecond'
                order by s.priority desc, unsaved.age * a.cost_factor::float8, unsaved.age
                limit ?
                """)
                .params(
                        workerId,
                        agentIds.toArray(String[]::new),
                        priority.name(),
                        Limits.MAX_PREEMPTIONS,
                        Limits.LEAST_RUN_BEFORE_PREEMPTION.toMillis(),
                        most)
                .query(Records.of(WatchedRow.class))
                .list();
    }

    /** Keeps checkpoints of tasks, each unless a later one is there already; a task may be in the list once. */
    public void saveCheckpoints(List<TaskCheckpoint> checkpoints) {
        if (checkpoints.isEmpty()) {
            return;
        }
        List<TaskCheckpoint> inOrder = checkpoints.stream()
                .sorted(Comparator.comparing(TaskCheckpoint::taskId))
                .toList();
        client.sql("""
                insert into task_checkpoint as c (task_id, tenant, attempt, epoch, sequence, data, recorded_at)
                select n.task_id, n.tenant, n.attempt, n.epoch, n.sequence, n.data, now()
                from unnest(?::uuid[], ?::text[], ?::int[], ?::int[], ?::bigint[], ?::bytea[])
                  as n(task_id, tenant, attempt, epoch, sequence, data)
                on conflict (task_id) do update
                set attempt = excluded.attempt, epoch = excluded.epoch, sequence = excluded.sequence, data = excluded.data,
                    recorded_at = excluded.recorded_at
                where c.sequence < excluded.sequence
                """)
                .params(Columns.of(inOrder)
                        .uuids(TaskCheckpoint::taskId)
                        .texts(TaskCheckpoint::tenant)
                        .ints(TaskCheckpoint::attempt)
                        .ints(TaskCheckpoint::epoch)
                        .longs(one -> one.checkpoint().sequence())
                        .bytes(one -> one.checkpoint().data()))
                .update();
    }

    /**
     * Keeps what agents have said of dispatches; a dispatch may be in the list once. One that an agent speaks of late only changes what is kept
     * of it already: its task goes on elsewhere, but what was spent was spent.
     */
    public void saveReports(List<TaskReport> reports) {
        if (reports.isEmpty()) {
            return;
        }
        List<TaskReport> inOrder = reports.stream()
                .sorted(Comparator.comparing(TaskReport::taskId).thenComparingInt(TaskReport::epoch))
                .toList();
        UUID[] taskIds = Columns.ids(inOrder, TaskReport::taskId);
        client.sql("""
                insert into task_report as r (task_id, epoch, attempt, tenant, agent_id, fraction, message, cost_micro_usd, input_tokens,
                  output_tokens, reported_at)
                select n.task_id, n.epoch, n.attempt, n.tenant, n.agent_id, n.fraction, n.message, n.cost, n.input, n.output, now()
                from unnest(?::uuid[], ?::int[], ?::int[], ?::text[], ?::text[], ?::float8[], ?::text[], ?::bigint[], ?::bigint[],
                            ?::bigint[], ?::boolean[])
                  as n(task_id, epoch, attempt, tenant, agent_id, fraction, message, cost, input, output, held)
                where exists (select from task_state s
                              where s.task_id = n.task_id and s.task_id = any(?)
                                and (s.epoch = n.epoch and s.agent_id = n.agent_id or n.held and s.epoch >= n.epoch))
                  or exists (select from task_report k
                             where k.task_id = n.task_id and k.task_id = any(?) and k.epoch = n.epoch and k.agent_id = n.agent_id)
                on conflict (task_id, epoch) do update
                set fraction = coalesce(excluded.fraction, r.fraction),
                    message = case when excluded.fraction is null then r.message else excluded.message end,
                    cost_micro_usd = excluded.cost_micro_usd, input_tokens = excluded.input_tokens,
                    output_tokens = excluded.output_tokens, reported_at = excluded.reported_at
                """)
                .param(taskIds)
                .params(Columns.of(inOrder)
                        .ints(TaskReport::epoch)
                        .ints(TaskReport::attempt)
                        .texts(TaskReport::tenant)
                        .texts(TaskReport::agentId)
                        .doubles(TaskReport::fraction)
                        .texts(TaskReport::message)
                        .longs(one -> one.usage().costMicroUsd())
                        .longs(one -> one.usage().inputTokens())
                        .longs(one -> one.usage().outputTokens())
                        .flags(TaskReport::held))
                .params(taskIds, taskIds)
                .update();
    }

    /**
     * Finds those of these tasks whose agents have told more than was set apart for them, and for which a budget does not suffice with all that is
     * spent and set apart. Where the budget lets tasks go on at cheaper agents, one that is at such an agent already fails; so does one that alone
     * has cost more than the budget of a whole period, over all its dispatches: it would never end. For a task that left the backlog before it had a budget, nothing is set
     * apart.
     */
    public List<OverBudget> overBudget(Collection<UUID> tasks) {
        UUID[] ids = tasks.toArray(UUID[]::new);
        return client.sql("""
                with told as materialized (
                  select s.task_id, s.tenant, s.epoch, t.dag_id, v.max_cost_factor, coalesce(v.reserved_micro_usd, 0) as reserved_micro_usd,
                    coalesce(v.reserved_tokens, 0) as reserved_tokens, coalesce(v.charged_micro_usd, c.cost_micro_usd, 0) as charged_micro_usd,
                    coalesce(v.charged_tokens, c.input_tokens::numeric + c.output_tokens, 0) as charged_tokens
                  from task_state s join task t on t.task_id = s.task_id
                  left join reservation_left v on v.task_id = s.task_id
                  left join charge c on v.task_id is null and c.task_id = s.task_id and c.epoch = s.epoch
                  where s.task_id = any(?) and t.task_id = any(?) and s.status::text in ('DISPATCHED', 'RUNNING')
                    and (s.needs_claim or exists (select from budget))
                ), dear as materialized (
                  select * from told where charged_micro_usd > reserved_micro_usd or charged_tokens > reserved_tokens
                ), bound as (
                  select d.task_id, a.on_exceeded = 'FAIL' or (a.on_exceeded = 'CHEAPER' and d.max_cost_factor is not null) as fails,
                    'the budget' as name, a.cost_limit_micro_usd, a.token_limit, a.spent_micro_usd, a.spent_tokens, r.cost, r.tokens
                  from dear d join budget_account a on a.account_id in (d.task_id, d.dag_id)
                  cross join lateral (
                    select coalesce(sum(l.cost_micro_usd), 0) as cost, coalesce(sum(l.tokens), 0) as tokens
                    from reservation_left l where l.task_id = a.account_id or l.dag_id = a.account_id) r
                  union all
                  select d.task_id, coalesce(w.cost > b.cost_limit_micro_usd, false) or coalesce(w.tokens > b.token_limit, false),
                    format('the budget %L', b.name), b.cost_limit_micro_usd, b.token_limit, p.cost, p.tokens, r.cost, r.tokens
                  from dear d join budget b on b.tenant in ('', d.tenant)
                  cross join lateral (
                    select coalesce(sum(l.cost_micro_usd), 0) as cost, coalesce(sum(l.input_tokens::numeric + l.output_tokens), 0) as tokens
                    from charge l where l.task_id = d.task_id) w
                  cross join lateral (
                    select coalesce(sum(k.cost_micro_usd), 0) as cost, coalesce(sum(k.input_tokens + k.output_tokens), 0) as tokens
                    from spending k where k.hour >= date_trunc(b.period, now(), 'UTC') and (b.tenant = '' or k.tenant = b.tenant)) p
                  cross join lateral (
                    select coalesce(sum(l.cost_micro_usd), 0) as cost, coalesce(sum(l.tokens), 0) as tokens
                    from reservation_left l where b.tenant = '' or l.tenant = b.tenant) r
                )
                select distinct on (d.task_id) d.task_id, d.epoch, b.fails,
                  format('%s is used up: %s of %s are spent, and %s set apart', b.name, o.taken, o.most, o.apart) as why
                from dear d join bound b on b.task_id = d.task_id
                cross join lateral (
                  select trim_scale(b.spent_micro_usd / 1e6) || ' USD' as taken, trim_scale(b.cost_limit_micro_usd / 1e6) || ' USD' as most,
                    trim_scale(b.cost / 1e6) || ' USD' as apart
                  where d.charged_micro_usd > d.reserved_micro_usd and b.spent_micro_usd + b.cost > b.cost_limit_micro_usd
                  union all
                  select b.spent_tokens || ' tokens', b.token_limit || ' tokens', b.tokens || ' tokens'
                  where d.charged_tokens > d.reserved_tokens and b.spent_tokens + b.tokens > b.token_limit) o
                order by d.task_id, b.fails desc
                """)
                .params(ids, ids)
                .query(Records.of(OverBudget.class))
                .list();
    }
}
