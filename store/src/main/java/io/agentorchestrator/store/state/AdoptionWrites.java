package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Records;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes who watches tasks at agents whose worker is gone. Thread-safe. */
public final class AdoptionWrites {
    private static final String RUNS = """
            select a.run_id, a.run_number, a.task_index as index, r.kind
            from adopted a join run r on r.run_id = a.run_id and r.run_number = a.run_number
            order by a.run_id, a.run_number, a.task_index
            """;

    private final JdbcClient client;

    public AdoptionWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Has this worker watch tasks that are watched by nobody who was alive of late. What others adopt at the same time is left to them.
     *
     * @param deadAfter how long a worker may be silent
     * @param limit tasks at most
     */
    public List<RunTask> adopt(String workerId, Duration deadAfter, int limit) {
        return client.sql("""
                with orphans as materialized (
                  select s.task_id from task_state s
                  where s.status in ('DISPATCHED', 'RUNNING') and s.run_id is not null
                    and (s.worker_id is null
                         or s.worker_id not in (select w.worker_id from worker w where w.seen_at > now() - ? * interval '1 millisecond'))
                  limit ? for update of s skip locked
                ), adopted as (
                  update task_state s set worker_id = ?
                  from orphans o where s.task_id = o.task_id
                  returning s.run_id, s.run_number, s.task_index
                )
                """ + RUNS)
                .params(deadAfter.toMillis(), limit, workerId)
                .query(Records.of(RunTask.class))
                .list();
    }

    /**
     * Has this worker watch what is to end, by a command or since its deadline has passed, and is watched by a worker that has been silent.
     * Rows that a command is about say so from now on, whether or not their run has heard of it.
     *
     * @param silentFor how long their worker has been silent at least
     * @param limit tasks at most
     */
    public List<RunTask> adoptToEnd(String workerId, Duration silentFor, int limit) {
        return client.sql("""
                with orphans as materialized (
                  select s.task_id, c.code, c.reason
                  from task_state s
                  left join lateral (
                    select c.code, c.reason from command c
                    where s.error_code is null and c.run_id = s.run_id and c.run_number = s.run_number and c.kind = 'CANCEL'
                      and (c.task_indexes = '{}' or s.task_index = any(c.task_indexes))
                    order by c.sequence limit 1) c on true
                  where s.worker_id = any(array(select w.worker_id from worker w where w.seen_at < now() - ? * interval '1 millisecond'))
                    and s.worker_id <> ? and s.status in ('DISPATCHED', 'RUNNING') and s.run_id is not null
                    and (s.error_code is not null or c.code is not null or s.deadline < now())
                  limit ? for update of s skip locked
                ), adopted as (
                  update task_state s
                  set worker_id = ?, error_code = coalesce(s.error_code, o.code), error_message = coalesce(s.error_message, o.reason)
                  from orphans o where s.task_id = o.task_id
                  returning s.run_id, s.run_number, s.task_index
                )
                """ + RUNS)
                .params(silentFor.toMillis(), workerId, limit, workerId)
                .query(Records.of(RunTask.class))
                .list();
    }
}
