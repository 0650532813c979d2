package io.agentorchestrator.store.sla;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts ended tasks by their events, each once: what is counted and up to which event is one commit. The work goes with what happened since, not with
 * what the hour has seen. A task that ends again, after a retry of its DAG, counts again. Throws {@code DataAccessException}s. Thread-safe: who counts at
 * the same time as another waits for it.
 */
public final class SlaCounts {
    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public SlaCounts(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.transaction = new RetryingTransaction(dataSource);
    }

    /**
     * Counts what the next events tell.
     *
     * @param targets of each priority, from submission to completion, for tasks without a deadline
     * @param limit events that are read at most
     * @return whether there may be more
     */
    public boolean countNext(Map<Priority, Duration> targets, int limit) {
        return transaction.execute(status -> count(targets, limit)) == limit;
    }

    private int count(Map<Priority, Duration> targets, int limit) {
        // After a restore from a dump the transaction ids begin anew, below the position.
        Place from = client.sql("""
                        select least(xid, pg_snapshot_xmin(pg_current_snapshot()))::text as xid, sequence from sla_position for update
                        """).query(Records.of(Place.class)).single();
        List<String> priorities = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        targets.forEach((priority, target) -> {
            priorities.add(priority.name());
            seconds.add(target.toMillis() / 1_000.0);
        });
        // Each task by itself: for any number of events the planner would read the whole table.
        Read read = client.sql("""
                        with recursive tenants (tenant) as (
                          (select tenant from event order by tenant limit 1)
                          union all
                          select (select e.tenant from event e where e.tenant > t.tenant order by e.tenant limit 1)
                          from tenants t where t.tenant is not null
                        ), happened as materialized (
                          select n.* from tenants w cross join lateral (
                            select e.xid, e.sequence, e.task_id, e.status, e.error_code, e.warning, e.at from event e
                            where e.tenant = w.tenant and (e.xid, e.sequence) > (:xid::text::xid8, :sequence)
                              and e.xid < pg_snapshot_xmin(pg_current_snapshot())
                            order by e.xid, e.sequence limit :limit) n
                          order by n.xid, n.sequence limit :limit
                        ), ended as materialized (
                          select date_trunc('minute', n.at) as minute, t.priority,
                            count(*) filter (where w.met) as met,
                            count(*) filter (where not w.met and not w.cancelled) as missed,
                            count(*) filter (where w.cancelled) as cancelled
                          from happened n cross join lateral (
                            select priority, deadline, created_at from task where task_id = n.task_id offset 0) t
                          join unnest(:priorities::text[], :seconds::float8[]) as target (priority, seconds) on target.priority = t.priority::text
                          cross join lateral (
                            select n.status = 'COMPLETED' and n.at <= coalesce(t.deadline, t.created_at + target.seconds * interval '1 second') as met,
                              n.status = 'CANCELLED' and n.error_code is not distinct from 'CANCELLED' as cancelled) w
                          where n.status in ('COMPLETED', 'FAILED', 'CANCELLED') and n.warning is null
                          group by 1, 2
                        ), kept as (
                          insert into sla_minute as m (minute, priority, met, missed, cancelled)
                          select minute, priority, met, missed, cancelled from ended
                          on conflict (minute, priority) do update set met = m.met + excluded.met, missed = m.missed + excluded.missed,
                            cancelled = m.cancelled + excluded.cancelled
                        ), summed as (
                          insert into sla_total as s (priority, met, missed, cancelled)
                          select priority, sum(met), sum(missed), sum(cancelled) from ended group by priority
                          on conflict (priority) do update set met = s.met + excluded.met, missed = s.missed + excluded.missed,
                            cancelled = s.cancelled + excluded.cancelled
                        ), dropped as (
                          delete from sla_minute where minute < now() - interval '2 hours'
                        )
                        select (select count(*) from happened)::integer as events, l.xid::text as xid, l.sequence
                        from (select) always left join (
                          select xid, sequence from happened order by xid desc, sequence desc limit 1) l on true
                        """)
                .param("xid", from.xid)
                .param("sequence", from.sequence)
                .param("limit", limit)
                .param("priorities", priorities.toArray(String[]::new))
                .param("seconds", seconds.toArray(Double[]::new))
                .query(Records.of(Read.class))
                .single();
        if (read.last != null) {
            client.sql("update sla_position set xid = ?::text::xid8, sequence = ?")
                    .params(read.last.xid, read.last.sequence)
                    .update();
        }
        return read.events;
    }

    /** Counts of the last 60 whole minutes and the one that runs, by priority; none where nothing ended. */
    public List<SlaCount> lastHour() {
        return client.sql("""
                        select priority, sum(met)::bigint as met, sum(missed)::bigint as missed, sum(cancelled)::bigint as cancelled
                        from sla_minute where minute >= date_trunc('minute', now()) - interval '1 hour' group by priority
                        """).query(Records.of(SlaCount.class)).list();
    }

    /** All since counting began, by priority; none where nothing ended. */
    public List<SlaCount> totals() {
        return client.sql("select priority, met, missed, cancelled from sla_total")
                .query(Records.of(SlaCount.class))
                .list();
    }

    private record Place(String xid, long sequence) {}

    /** The events that were read, and the last of them. */
    private record Read(int events, @Nullable Place last) {}
}
