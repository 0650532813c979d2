package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.row.Records;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tells how large the store's tables are. Thread-safe. */
public final class TableSizes {
    private final JdbcClient client;

    public TableSizes(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** Each table that grows, with all its partitions and indexes. */
    public List<TableSize> sizes() {
        return client.sql("""
                        with names as (
                          select name from partitioned_table
                          union all
                          values ('command'), ('dead_letter'), ('idempotency_key'), ('agent'), ('run_notice'), ('spending'), ('usage_estimate'), ('budget_reservation'),
                            ('limit_use'), ('token_mean'), ('tenant_use'), ('task_time'), ('flow'), ('deadline_risk'), ('agent_drain')
                        ), parts as (
                          select n.name, c.oid from names n
                          join pg_class c on c.oid = n.name::regclass
                            or c.oid in (select inhrelid from pg_inherits where inhparent = n.name::regclass)
                        ), sizes as (
                          select name, sum(pg_total_relation_size(oid))::bigint as bytes,
                            sum(coalesce(pg_stat_get_live_tuples(oid), 0))::bigint as rows,
                            sum(coalesce(pg_stat_get_dead_tuples(oid), 0))::bigint as dead_rows
                          from parts group by name
                        ), oldest (name, at) as (
                          select 'task', uuid_extract_timestamp((select task_id from task order by task_id limit 1))
                          union all
                          select 'task_state', uuid_extract_timestamp((select task_id from task_state order by task_id limit 1))
                          union all
                          select 'run', uuid_extract_timestamp((select run_id from run order by run_id limit 1))
                          union all
                          select 'dag', uuid_extract_timestamp((select dag_id from dag order by dag_id limit 1))
                          union all
                          select 'event', (select at from (select run_id, at from event limit 1000) e
                                           where (select r.status from run r where r.run_id = e.run_id order by r.run_number desc limit 1)
                                             in ('COMPLETED', 'FAILED', 'CANCELLED') is not false limit 1)
                          union all
                          select 'command', (select min(acknowledged_at) from command where acknowledged_at is not null)
                          union all
                          select 'dead_letter', (select to_timestamp(min(entry_millis) / 1000.0) from dead_letter
                                                 where entry_millis is not null)
                        )
                        select s.name as table, s.bytes, s.rows, s.dead_rows,
                          case when o.at is not null then greatest(0, floor(extract(epoch from clock_timestamp() - o.at) * 1000)::bigint)
                          end as oldest_millis
                        from sizes s left join oldest o on o.name = s.name order by s.name
                        """).query(Records.of(TableSize.class)).list();
    }

    /**
     * The size of a table.
     *
     * @param rows as PostgreSQL estimates them
     * @param deadRows that wait for vacuum, as PostgreSQL estimates them
     * @param oldest how old its oldest row is, nearly; of events the oldest that no unfinished run keeps, among the first 1,000; absent where there is
     *     none, or the table has no such order
     */
    public record TableSize(
            String table,
            long bytes,
            long rows,
            long deadRows,
            @Nullable Duration oldest) {}
}
