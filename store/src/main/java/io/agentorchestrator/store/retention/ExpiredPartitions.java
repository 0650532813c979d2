package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.schema.Partitions;
import io.agentorchestrator.store.schema.Partitions.Partition;
import io.agentorchestrator.store.transaction.StoreOutage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Drops the partitions of weeks of which nothing is to be kept any more, and those that are empty. Where something is to be kept, or it cannot
 * be told in time, a week is left to those who delete row by row, and is looked at again after a while. However large a week is, each statement
 * looks at a limited number of its rows, so that none runs out of time. Not thread-safe.
 */
public final class ExpiredPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiredPartitions.class);
    private static final Duration CHECK_AGAIN_AFTER = Duration.ofMinutes(10);
    private final JdbcClient client;
    private final int sliceSize;
    private final Partitions partitions;
    private final Map<KindOfWeek, Instant> nextChecks = new HashMap<>();

    /** @param sliceSize rows that one statement looks at, or deletes, at most */
    public ExpiredPartitions(DataSource database, int sliceSize) {
        this.client = JdbcClient.create(database);
        this.sliceSize = sliceSize;
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
            try {
                dropped += drop(kind, week.getKey(), week.getValue(), cutoff);
            } catch (DataAccessException failure) {
                if (StoreOutage.isUnreachable(failure) || !StoreOutage.isOutage(failure)) {
                    throw failure;
                }
                LOG.warn("the week of {} is looked at later: {}", week.getKey(), StoreOutage.reason(failure));
                nextChecks.put(new KindOfWeek(kind, week.getKey()), cutoff.now().plus(CHECK_AGAIN_AFTER));
            }
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
        boolean lives = anyLives(kind, week, cutoff);
        if (lives) {
            nextChecks.put(what, cutoff.now().plus(CHECK_AGAIN_AFTER));
        } else {
            nextChecks.remove(what);
        }
        return lives;
    }

    private boolean anyLives(Kind kind, LocalDate week, Cutoff cutoff) {
        Map<String, Object> parameters = new HashMap<>(range(week));
        parameters.put("before", Cutoff.parameter(cutoff.before()));
        for (String beside : kind.questions().beside()) {
            if (exists(beside, parameters)) {
                return true;
            }
        }
        return kind.questions().sliced().stream().anyMatch(question -> exists(question, parameters));
    }

    /** Asks for one slice of the rows after the other. */
    private boolean exists(Sliced question, Map<String, Object> parameters) {
        Map<String, Object> slice = new HashMap<>(parameters);
        Object end = Objects.requireNonNull(parameters.get(question.to()));
        @Nullable Object from = parameters.get(question.from());
        while (from != null) {
            slice.put("from", from);
            slice.put("to", end);
            Object next = client.sql("""
                            select %1$s from %2$s where %1$s > :from and %1$s < :to order by %1$s offset :slice limit 1
                            """.formatted(question.id(), question.table()))
                    .params(slice)
                    .param("slice", sliceSize)
                    .query(UUID.class)
                    .optional()
                    .orElse(null);
            slice.put("to", next == null ? end : next);
            if (exists(question.sql(), slice)) {
                return true;
            }
            from = next;
        }
        return false;
    }

    private boolean exists(String rows, Map<String, Object> parameters) {
        return client.sql("select exists (" + rows + ")")
                .params(parameters)
                .query(Boolean.class)
                .single();
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

    /** Deletes the week's rows from tables without partitions, a limited number at a time. */
    private void dropBeside(LocalDate week) {
        deleteAll("dead_letter", "task_id >= :low and task_id < :high and state <> 'OPEN'", week);
        deleteAll("command", "run_id >= :low and run_id < :high", week);
        deleteAll("run_notice", "run_id >= :low and run_id < :high", week);
    }

    private void deleteAll(String table, String rows, LocalDate week) {
        String sql = """
                delete from %1$s where ctid = any (array(select ctid from %1$s where %2$s limit :slice)) and %2$s
                """.formatted(table, rows);
        int deleted;
        do {
            deleted = client.sql(sql)
                    .params(range(week))
                    .param("slice", sliceSize)
                    .update();
        } while (deleted > 0);
    }

    private static Map<String, Object> range(LocalDate week) {
        Instant from = week.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant to = from.plus(Duration.ofDays(7));
        return Map.of(
                "first", Sweep.FIRST,
                "last", Sweep.LAST,
                "low", Cutoff.floor(from),
                "high", Cutoff.floor(to),
                // Tasks get their ids a moment before or after their DAG gets its own.
                "slack", Cutoff.floor(to.plus(Duration.ofMinutes(1))));
    }

    private record KindOfWeek(Kind kind, LocalDate week) {}

    /**
     * A question whether there are such rows, which is asked for one slice of ids after the other.
     *
     * @param table whose rows are counted off
     * @param from parameter that is the first id
     * @param to parameter that is the id behind the last
     * @param sql with the parameters {@code from} and {@code to} of the slice, and those of the week
     */
    private record Sliced(String table, String id, String from, String to, String sql) {}

    /**
     * The questions whether anything of a week is to be kept.
     *
     * @param beside answered by indexes that have little but what is to be kept
     */
    private record Questions(List<String> beside, List<Sliced> sliced) {}

    /** Of tasks, DAGs and runs, with what keeps them in other weeks. */
    private static final Questions OF_TASKS = new Questions(
            List.of("""
                        select from dead_letter d where d.task_id >= :low and d.task_id < :high and d.state = 'OPEN'
                        """, """
                        select from task_dependency e where e.parent_id >= :low and e.parent_id < :high and e.settled_at is null
                        """, """
                        select from task_state s where s.task_id < :low and s.run_id >= :low and s.run_id < :high
                        """, """
                        select from command c where c.run_id >= :low and c.run_id < :high and c.acknowledged_at is null
                        """),
            List.of(
                    new Sliced("run", "run_id", "low", "high", """
                                select from run r where r.run_id >= :from and r.run_id < :to
                                  and (r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or r.ended_at >= :before)
                                """),
                    new Sliced("task_state", "task_id", "low", "high", """
                                select from task_state s where s.task_id >= :from and s.task_id < :to
                                  and (s.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or s.ended_at >= :before)
                                """),
                    new Sliced("run", "run_id", "first", "slack", """
                                select from run r where r.run_id >= :from and r.run_id < :to and r.kind = 'DAG'
                                  and (r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or r.ended_at >= :before)
                                  and exists (select from task t where t.dag_id = r.run_id and t.task_id >= :low and t.task_id < :high)
                                """),
                    new Sliced("dead_letter", "task_id", "first", "last", """
                                select from dead_letter d join task t on t.task_id = d.task_id
                                where d.task_id >= :from and d.task_id < :to and d.state = 'OPEN' and t.dag_id is not null
                                  and (t.dag_id >= :low and t.dag_id < :high
                                       or exists (select from task o where o.dag_id = t.dag_id
                                                    and o.task_id >= :low and o.task_id < :high))
                                """)));

    private static final Questions OF_EVENTS =
            new Questions(List.of(), List.of(new Sliced("run", "run_id", "first", "slack", """
                select from run r where r.run_id >= :from and r.run_id < :to
                  and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                  and exists (select from event e where e.run_id = r.run_id and e.event_id >= :low and e.event_id < :high)
                """)));

    /** Tables whose weeks are dropped together. */
    private enum Kind {
        TASKS,
        EVENTS;

        Questions questions() {
            return this == EVENTS ? OF_EVENTS : OF_TASKS;
        }

        static Kind of(String table) {
            return table.equals("event") ? EVENTS : TASKS;
        }
    }
}
