package io.agentorchestrator.store.state;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes who watches tasks at agents whose worker is gone. Thread-safe. */
public final class AdoptionWrites {
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
        return jdbc.query(
                """
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
                select a.run_id, a.run_number, a.task_index, r.kind
                from adopted a join run r on r.run_id = a.run_id and r.run_number = a.run_number
                order by a.run_id, a.run_number, a.task_index
                """,
                (row, number) -> new Adopted(
                        RunKeys.read(row), RunKind.valueOf(row.getString("kind")), row.getInt("task_index")),
                deadAfter.toMillis(),
                limit,
                workerId);
    }

    /** A task at an agent that has a new watcher. */
    public record Adopted(RunKey run, RunKind kind, int index) {}
}
