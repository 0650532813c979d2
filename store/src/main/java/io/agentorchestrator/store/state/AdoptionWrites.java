package io.agentorchestrator.store.state;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes who watches tasks at agents whose worker is gone. Thread-safe. */
public final class AdoptionWrites {
    private static final String RUNS = """
            select a.run_id, a.run_number, a.task_index, r.kind
            from adopted a join run r on r.run_id = a.run_id and r.run_number = a.run_number
            order by a.run_id, a.run_number, a.task_index
            """;

    private final JdbcTemplate jdbc;

    public AdoptionWrites(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Has this worker watch tasks that are watched by nobody who was alive of late. What others adopt at the same time is left to them.
     *
     * @param deadAfter how long a worker may be silent
     * @param limit tasks at most
     */
    public List<Adopted> adopt(String workerId, Duration deadAfter, int limit) {
        return jdbc.query("""
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
                """ + RUNS, AdoptionWrites::read, deadAfter.toMillis(), limit, workerId);
    }

    /**
     * Has this worker watch what is to end, by a command or since its deadline has passed, and is watched by a worker that has been silent.
     * Rows that a command is about say so from now on, whether or not their run has heard of it.
     *
     * @param silentFor how long their worker has been silent at least
     * @param limit tasks at most
     */
    public List<Adopted> adoptToEnd(String workerId, Duration silentFor, int limit) {
        return jdbc.query("""
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
                """ + RUNS, AdoptionWrites::read, silentFor.toMillis(), workerId, limit, workerId);
    }

    private static Adopted read(ResultSet row, int number) throws SQLException {
        return new Adopted(RunKeys.read(row), RunKind.valueOf(row.getString("kind")), row.getInt("task_index"));
    }

    /** A task at an agent that has a new watcher. */
    public record Adopted(RunKey run, RunKind kind, int index) {}
}
