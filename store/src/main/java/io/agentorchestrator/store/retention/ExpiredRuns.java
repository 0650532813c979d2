package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.row.Records;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes DAGs that ended long ago with all their runs, and groups of which no task is left. The tasks of a DAG, which are of no DAG then,
 * are left to {@link ExpiredTasks}: they may be many. A batch is a transaction. Thread-safe.
 */
final class ExpiredRuns implements Sweep.Batch {
    private static final String OVER = """
            select x.run_id from unnest(:runs) x (run_id)
            where not exists (select from run r where r.run_id = x.run_id
                                and (r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') or r.ended_at >= :before))
              and not exists (select from command c where c.run_id = x.run_id and c.acknowledged_at is null)
              and not exists (select from task_state s where s.run_id = x.run_id
                                and (s.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                                     or exists (select from run g where g.run_id = x.run_id and g.kind = 'GROUP')))
              and not exists (select from task t join dead_letter d on d.task_id = t.task_id and d.state = 'OPEN'
                              where t.dag_id = x.run_id)
              and not exists (select from task t join task_dependency e on e.parent_id = t.task_id and e.settled_at is null
                              where t.dag_id = x.run_id)
            """;

    /** The order of PostgreSQL, which is not that of {@link UUID#compareTo}. */
    private static final Comparator<UUID> ORDER = Comparator.comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private final JdbcClient client;
    private final int batchSize;

    /** @param batchSize runs that are looked at in one transaction */
    ExpiredRuns(DataSource database, int batchSize) {
        this.client = JdbcClient.create(database);
        this.batchSize = batchSize;
    }

    @Override
    public SweepResult sweep(UUID after, UUID below, Cutoff cutoff) {
        List<UUID> seen = client.sql(
                        "select run_id from run where run_id > :after and run_id < :below order by run_id limit :limit")
                .param("after", after)
                .param("below", below)
                .param("limit", batchSize)
                .query(UUID.class)
                .list();
        Set<UUID> over = seen.isEmpty() ? Set.of() : over(Set.copyOf(seen), cutoff);
        return SweepResult.of(seen, over.isEmpty() ? over : delete(over, cutoff), batchSize);
    }

    private Set<UUID> over(Set<UUID> runs, Cutoff cutoff) {
        return client.sql(OVER)
                .param("runs", runs.toArray(UUID[]::new))
                .param("before", Cutoff.parameter(cutoff.before()))
                .query(UUID.class)
                .set();
    }

    /** Whoever has a DAG run again holds its run; so what is over once it is held here stays so. */
    private Set<UUID> delete(Set<UUID> over, Cutoff cutoff) {
        Map<UUID, Integer> held = new HashMap<>();
        client.sql("""
                        select run_id from run where run_id = any(:runs) and run_id between :first and :last
                        order by run_id, run_number for update skip locked
                        """).params(range(over)).query(row -> {
            held.merge(row.getObject(1, UUID.class), 1, Integer::sum);
        });
        Set<UUID> mine = Records.byKey(
                        client.sql(
                                        "select run_id, count(*) from run where run_id = any(:runs) and run_id between :first and :last group by 1")
                                .params(range(over)),
                        UUID.class,
                        (row, number) -> row.getInt(2))
                .entrySet()
                .stream()
                .filter(run -> run.getValue().equals(held.get(run.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Set<UUID> gone = mine.isEmpty() ? mine : over(mine, cutoff);
        if (!gone.isEmpty()) {
            Map<String, Object> range = range(gone);
            for (String sql : List.of(
                    "delete from command where run_id = any(:runs)",
                    "delete from run_notice where run_id = any(:runs)",
                    "delete from budget_account where account_id = any(:runs) and account_id between :first and :last",
                    "delete from run where run_id = any(:runs) and run_id between :first and :last",
                    """
                    with gone as (
                      delete from dag where dag_id = any(:runs) and dag_id between :first and :last
                      returning dag_id, tenant, labels)
                    delete from label l using (
                      select g.dag_id, g.tenant, e.key || '=' || e.value as label
                      from gone g, jsonb_each_text(g.labels) e) o
                    where l.tenant = o.tenant and l.kind = 'DAG' and l.label = o.label and l.id = o.dag_id
                      and l.id between :first and :last
                    """)) {
                client.sql(sql).params(range).update();
            }
        }
        return gone;
    }

    private static Map<String, Object> range(Set<UUID> runs) {
        return Map.of(
                "runs",
                runs.toArray(UUID[]::new),
                "first",
                Collections.min(runs, ORDER),
                "last",
                Collections.max(runs, ORDER));
    }
}
