package io.agentorchestrator.store.sla;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts ended tasks by their events, each once: what is counted and up to where is one commit. The work of a call is bounded by what a window of
 * transactions did, over all tenants, and one look into an index for each tenant. A task that ends again, having been run again, counts again. Throws
 * {@code DataAccessException}s. Thread-safe: who counts at the same time as another waits for it.
 */
public final class SlaCounts {
    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public SlaCounts(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.transaction = new RetryingTransaction(dataSource);
    }

    /**
     * Counts what the transactions of the next window did, from the first that has events on. Priorities and deadlines are those that the tasks have by now.
     *
     * @param targets of each priority, from submission, or from when the task was run again, to completion, for tasks without a deadline
     * @param window transaction ids, at least 1
     * @return whether there may be more
     */
    public boolean countNext(Map<Priority, Duration> targets, int window) {
        return transaction.execute(status -> count(targets, window));
    }

    private boolean count(Map<Priority, Duration> targets, int window) {
        // By itself: a snapshot from before the wait for another would not have what that one counted.
        client.sql("select 1 from sla_position for update").query(row -> {});
        // After a restore from a dump the transaction ids begin anew, below the position.
        Range open = client.sql("""
                        select least(xid, below)::text::bigint as start, below::text::bigint as below
                        from sla_position, pg_snapshot_xmin(pg_current_snapshot()) below
                        """).query(Records.of(Range.class)).single();
        List<Front> fronts = fronts(open);
        long counted = open.below;
        if (!fronts.isEmpty()) {
            long first = fronts.stream().mapToLong(Front::xid).min().orElseThrow();
            counted = Math.min(open.below, first + window);
            tally(new Range(first, counted), fronts, targets);
        }
        client.sql("update sla_position set xid = ?::text::xid8")
                .param(String.valueOf(counted))
                .update();
        return counted < open.below;
    }

    /** Of each tenant that has events there the transaction of the first. */
    private List<Front> fronts(Range open) {
        return client.sql("""
                        with recursive tenants (tenant) as (
                          (select tenant from event order by tenant limit 1)
                          union all
                          select (select e.tenant from event e where e.tenant > t.tenant order by e.tenant limit 1)
                          from tenants t where t.tenant is not null
                        )
                        select w.tenant, n.xid::text::bigint as xid from tenants w cross join lateral (
                          select e.xid from event e where e.tenant = w.tenant and e.xid >= :start::text::xid8 and e.xid < :below::text::xid8
                          order by e.xid, e.sequence limit 1) n
                        """)
                .params(open.parameters())
                .query(Records.of(Front.class))
                .list();
    }

    private void tally(Range range, List<Front> fronts, Map<Priority, Duration> targets) {
        List<String> priorities = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        targets.forEach((priority, target) -> {
            priorities.add(priority.name());
            seconds.add(target.toMillis() / 1_000.0);
        });
        // Each task by itself: for any number of events the planner would read the whole table.
        client.sql("""
                        with happened as materialized (
                          select n.* from unnest(:tenants::text[]) as w (tenant) cross join lateral (
                            select e.task_id, e.status, e.error_code, e.at from event e
                            where e.tenant = w.tenant and e.xid >= :start::text::xid8 and e.xid < :below::text::xid8
                              and e.status in ('COMPLETED', 'FAILED', 'CANCELLED') and e.warning is null and e.task_id is not null
                            order by e.xid, e.sequence offset 0) n
                        ), ended as materialized (
                          select date_trunc('minute', n.at) as minute, s.priority,
                            count(*) filter (where w.met) as met,
                            count(*) filter (where not w.met and not w.cancelled) as missed,
                            count(*) filter (where w.cancelled) as cancelled
                          from happened n cross join lateral (
                            select created_at from task where task_id = n.task_id offset 0) t
                          cross join lateral (
                            select priority, deadline, rerun_at from task_state where task_id = n.task_id offset 0) s
                          join unnest(:priorities::text[], :seconds::float8[]) as target (priority, seconds) on target.priority = s.priority::text
                          cross join lateral (
                            select n.status = 'COMPLETED' and n.at <= coalesce(s.deadline,
                                case when s.rerun_at <= n.at then s.rerun_at else t.created_at end + target.seconds * interval '1 second') as met,
                              n.status = 'CANCELLED' and n.error_code is not distinct from 'CANCELLED' as cancelled) w
                          group by 1, 2
                        ), kept as (
                          insert into sla_minute as m (minute, priority, met, missed, cancelled)
                          select minute, priority, met, missed, cancelled from ended
                          on conflict (minute, priority) do update set met = m.met + excluded.met, missed = m.missed + excluded.missed,
                            cancelled = m.cancelled + excluded.cancelled
                        )
                        insert into sla_total as s (priority, met, missed, cancelled)
                        select priority, sum(met), sum(missed), sum(cancelled) from ended group by priority
                        on conflict (priority) do update set met = s.met + excluded.met, missed = s.missed + excluded.missed,
                          cancelled = s.cancelled + excluded.cancelled
                        """)
                .params(range.parameters())
                .param(
                        "tenants",
                        fronts.stream()
                                .filter(front -> front.xid < range.below)
                                .map(Front::tenant)
                                .toArray(String[]::new))
                .param("priorities", priorities.toArray(String[]::new))
                .param("seconds", seconds.toArray(Double[]::new))
                .update();
        // Ahead is what was counted before the clock was set back; it would be of the last hour again.
        client.sql("""
                        delete from sla_minute where minute < now() - interval '2 hours' or minute > now() + interval '5 minutes'
                        """).update();
    }

    /** Counts of the last 60 whole minutes and the one that runs, by priority; none where nothing ended. */
    public List<SlaCount> lastHour() {
        return client.sql("""
                        select priority, sum(met)::bigint as met, sum(missed)::bigint as missed, sum(cancelled)::bigint as cancelled
                        from sla_minute where minute between date_trunc('minute', now()) - interval '1 hour' and now() group by priority
                        """).query(Records.of(SlaCount.class)).list();
    }

    /** All since counting began, by priority; none where nothing ended. */
    public List<SlaCount> totals() {
        return client.sql("select priority, met, missed, cancelled from sla_total")
                .query(Records.of(SlaCount.class))
                .list();
    }

    /** Transaction ids, the last not included. */
    private record Range(long start, long below) {
        Map<String, Object> parameters() {
            return Map.of("start", String.valueOf(start), "below", String.valueOf(below));
        }
    }

    /** The first transaction that has events of a tenant. */
    private record Front(String tenant, long xid) {}
}
