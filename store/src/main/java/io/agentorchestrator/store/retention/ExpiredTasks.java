package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.row.Records;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes tasks that ended long ago, with all that is theirs: those that are in no DAG, and those whose DAG has been deleted. A batch is a
 * transaction. Thread-safe.
 */
final class ExpiredTasks implements Sweep.Batch {
    private static final String ENDED = "('COMPLETED', 'FAILED', 'CANCELLED')";

    private final JdbcClient client;
    private final int batchSize;

    /** @param batchSize tasks that are looked at in one transaction */
    ExpiredTasks(DataSource database, int batchSize) {
        this.client = JdbcClient.create(database);
        this.batchSize = batchSize;
    }

    @Override
    public SweepResult sweep(UUID after, UUID below, Cutoff cutoff) {
        List<Seen> seen = read(after, below, cutoff);
        UUID[] over = seen.stream().filter(Seen::over).map(Seen::taskId).toArray(UUID[]::new);
        UUID[] deleted = over.length == 0
                ? over
                : delete(
                        over,
                        Map.of(
                                "first",
                                seen.getFirst().taskId(),
                                "last",
                                seen.getLast().taskId()));
        return SweepResult.of(seen.stream().map(Seen::taskId).toList(), Set.of(deleted), batchSize);
    }

    private List<Seen> read(UUID after, UUID below, Cutoff cutoff) {
        return client.sql("""
                        select s.task_id,
                          s.status in %s and coalesce(s.ended_at < :before, true)
                          and not exists (select from dead_letter d where d.task_id = s.task_id and d.state = 'OPEN')
                          and not exists (select from task t join run r on r.run_id = t.dag_id where t.task_id = s.task_id)
                          as over
                        from (select task_id, status, ended_at from task_state
                              where task_id > :after and task_id < :below order by task_id limit :limit) s
                        """.formatted(ENDED))
                .param("before", Cutoff.parameter(cutoff.before()))
                .param("after", after)
                .param("below", below)
                .param("limit", batchSize)
                .query(Records.of(Seen.class))
                .list();
    }

    /**
     * Deletes these, but for those that somebody holds, and those whose end has not been passed on. Whoever is about to depend on one holds
     * it, so that here its edge is seen, or there that the task is gone.
     */
    private UUID[] delete(UUID[] over, Map<String, Object> range) {
        UUID[] held = ids("""
                select task_id from task_state
                where task_id = any(:tasks) and task_id between :first and :last and status in %s
                order by task_id for update skip locked
                """.formatted(ENDED), over, range);
        UUID[] deletable = ids("""
                select h.task_id from unnest(:tasks) h (task_id)
                where not exists (select from task_dependency e where e.parent_id = h.task_id and e.settled_at is null)
                order by 1
                """, held, range);
        if (deletable.length > 0) {
            for (String table :
                    List.of("late_outcome", "task_report", "task_checkpoint", "task_attempt", "charge", "task_state")) {
                update(
                        "delete from " + table + " where task_id = any(:tasks) and task_id between :first and :last",
                        deletable,
                        range);
            }
            update("delete from dead_letter where task_id = any(:tasks) and state <> 'OPEN'", deletable, range);
            update("delete from task_dependency where child_id = any(:tasks)", deletable, range);
            update(
                    "delete from budget_account where account_id = any(:tasks) and account_id between :first and :last",
                    deletable,
                    range);
            update("""
                    with gone as (
                      delete from task where task_id = any(:tasks) and task_id between :first and :last
                      returning task_id, tenant, labels)
                    delete from label l using (
                      select g.task_id, g.tenant, e.key || '=' || e.value as label from gone g, jsonb_each_text(g.labels) e) o
                    where l.tenant = o.tenant and l.kind = 'TASK' and l.label = o.label and l.id = o.task_id
                      and l.id between :first and :last
                    """, deletable, range);
        }
        return deletable;
    }

    private UUID[] ids(String sql, UUID[] tasks, Map<String, Object> range) {
        return client.sql(sql)
                .params(range)
                .param("tasks", tasks)
                .query(UUID.class)
                .list()
                .toArray(UUID[]::new);
    }

    private void update(String sql, UUID[] tasks, Map<String, Object> range) {
        client.sql(sql).params(range).param("tasks", tasks).update();
    }

    private record Seen(UUID taskId, boolean over) {}
}
