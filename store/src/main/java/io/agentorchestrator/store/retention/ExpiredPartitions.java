package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.schema.Partitions;
import io.agentorchestrator.store.schema.Partitions.Partition;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Drops the partitions of weeks of which nothing is to be kept any more, and those that are empty. Where something is to be kept, a week is
 * left to those who delete row by row, and is looked at again after a while. Not thread-safe.
 */
public final class ExpiredPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiredPartitions.class);
    private static final Duration CHECK_AGAIN_AFTER = Duration.ofMinutes(10);
    private final JdbcClient client;
    private final Partitions partitions;
    private final Map<KindOfWeek, Instant> nextChecks = new HashMap<>();

    public ExpiredPartitions(DataSource database) {
        this.client = JdbcClient.create(database);
        this.partitions = new Partitions(database);
    }

    /** Drops what may be dropped of tasks, DAGs and runs; how many partitions that were. */
    public int dropTasks(Cutoff cutoff) {
        return drop(Kind.TASKS, cutoff);
    }

    /** Drops what may be dropped of events; how many partitions that were. */
    public int dropEvents(Cutoff cutoff) {
        return drop(Kind.EVENTS, cutoff);
    }

    private int drop(Kind kind, Cutoff cutoff) {
        Map<LocalDate, List<Partition>> past = partitions.weeks().stream()
                .filter(partition -> kind == Kind.of(partition.table()) && cutoff.isPast(partition.week()))
                .collect(Collectors.groupingBy(Partition::week, TreeMap::new, Collectors.toList()));
        int dropped = 0;
        for (Map.Entry<LocalDate, List<Partition>> week : past.entrySet()) {
            dropped += drop(kind, week.getKey(), week.getValue(), cutoff);
        }
        return dropped;
    }

    private int drop(Kind kind, LocalDate week, List<Partition> ofWeek, Cutoff cutoff) {
        boolean all = !lives(kind, week, cutoff);
        if (all && kind == Kind.TASKS) {
            dropBeside(week);
        }
        int dropped = 0;
        for (Partition partition : ofWeek) {
            if (all || !partition.attached() || isEmpty(partition)) {
                try {
                    if (kind == Kind.EVENTS) {
                        noteRemoved(partition);
                    }
                    partitions.drop(partition);
                    dropped++;
                } catch (DataAccessException held) {
                    LOG.info("partition {} is dropped later: {}", partition.name(), String.valueOf(held.getMessage()));
                }
            }
        }
        if (dropped > 0) {
            LOG.info(
                    "dropped {} partitions of the week of {}: {}",
                    dropped,
                    week,
                    new TreeSet<>(ofWeek.stream().map(Partition::table).toList()));
        }
        return dropped;
    }

    /** Tells whether a week has something to keep. One that has is not looked at again at once: it may be large. */
    private boolean lives(Kind kind, LocalDate week, Cutoff cutoff) {
        KindOfWeek what = new KindOfWeek(kind, week);
        Instant again = nextChecks.get(what);
        if (again != null && cutoff.now().isBefore(again)) {
            return true;
        }
        boolean lives = client.sql(kind.anyLives)
                .params(range(week))
                .param("before", Cutoff.parameter(cutoff.before()))
                .query(Boolean.class)
                .single();
        if (lives) {
            nextChecks.put(what, cutoff.now().plus(CHECK_AGAIN_AFTER));
        } else {
            nextChecks.remove(what);
        }
        return lives;
    }

    /** Notes for each tenant the position of its last event in the partition: one look into the index for each. */
    private void noteRemoved(Partition partition) {
        client.sql("""
                        insert into removed_events as n (tenant, xid, sequence)
                        with recursive t (tenant) as (
                          (select tenant from %1$s order by tenant limit 1)
                          union all
                          select (select e.tenant from %1$s e where e.tenant > t.tenant order by e.tenant limit 1)
                          from t where t.tenant is not null)
                        select t.tenant, l.xid, l.sequence from t cross join lateral (
                          select xid, sequence from %1$s e where e.tenant = t.tenant
                          order by xid desc, sequence desc limit 1) l
                        on conflict (tenant) do update set xid = excluded.xid, sequence = excluded.sequence
                        where (n.xid, n.sequence) < (excluded.xid, excluded.sequence)
                        """.formatted(partition.name())).update();
    }

    private boolean isEmpty(Partition partition) {
        return client.sql("select not exists (select from " + partition.name() + ")")
                .query(Boolean.class)
                .single();
    }

    /** Deletes the week's rows from tables without partitions. */
    private void dropBeside(LocalDate week) {
        for (String sql : List.of(
                "delete from dead_letter where task_id >= :low and task_id < :high and state <> 'OPEN'",
                "delete from command where run_id >= :low and run_id < :high",
                "delete from run_notice where run_id >= :low and run_id < :high")) {
            client.sql(sql).params(range(week)).update();
        }
    }

    private static Map<String, Object> range(LocalDate week) {
        Instant from = week.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant to = from.plus(Duration.ofDays(7));
        return Map.of(
                "low", Cutoff.floor(from),
                "high", Cutoff.floor(to),
                // Tasks get their ids a moment before or after their DAG gets its own.
                "slack", Cutoff.floor(to.plus(Duration.ofMinutes(1))));
    }

    private record KindOfWeek(Kind kind, LocalDate week) {}

    /** Tables whose weeks are dropped together, with the question whether anything of a week is to be kept. */
    private enum Kind {
        /** Of tasks, DAGs and runs, with what keeps them in other weeks. */
        TASKS("""
                select exists (select from run r where r.run_id >= :low and r.run_id < :high
                                 and (r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or r.ended_at >= :before))
                  or exists (select from task_state s where s.task_id >= :low and s.task_id < :high
                               and (s.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or s.ended_at >= :before))
                  or exists (select from dead_letter d where d.task_id >= :low and d.task_id < :high and d.state = 'OPEN')
                  or exists (select from task_dependency e where e.parent_id >= :low and e.parent_id < :high
                               and e.settled_at is null)
                  or exists (select from run r where r.run_id < :slack and r.kind = 'DAG'
                               and (r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or r.ended_at >= :before)
                               and exists (select from task t where t.dag_id = r.run_id and t.task_id >= :low and t.task_id < :high))
                  or exists (select from dead_letter d join task t on t.task_id = d.task_id
                             where d.state = 'OPEN' and t.dag_id is not null
                               and (t.dag_id >= :low and t.dag_id < :high
                                    or exists (select from task o where o.dag_id = t.dag_id
                                                 and o.task_id >= :low and o.task_id < :high)))
                  or exists (select from task_state s where s.task_id < :low and s.run_id >= :low and s.run_id < :high)
                  or exists (select from command c where c.run_id >= :low and c.run_id < :high and c.acknowledged_at is null)
                """),
        EVENTS("""
                select exists (select from run r
                               where r.run_id < :slack and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                                 and exists (select from event e where e.run_id = r.run_id
                                               and e.event_id >= :low and e.event_id < :high))
                """);

        private final String anyLives;

        Kind(String anyLives) {
            this.anyLives = anyLives;
        }

        static Kind of(String table) {
            return table.equals("event") ? EVENTS : TASKS;
        }
    }
}
