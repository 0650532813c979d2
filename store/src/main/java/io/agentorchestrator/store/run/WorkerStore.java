package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AdoptionWrites;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The workers and what they watch: a lease on each task at an agent, which lasts while its worker beats. Thread-safe. */
public final class WorkerStore {
    private final JdbcTemplate jdbc;
    private final AdoptionWrites writes;

    public WorkerStore(DataSource database) {
        this.jdbc = new JdbcTemplate(database);
        this.writes = new AdoptionWrites(jdbc);
    }

    /** Notes that the worker is alive. */
    public void beat(String workerId) {
        jdbc.update("""
                insert into worker as w (worker_id, seen_at) values (?, now())
                on conflict (worker_id) do update set seen_at = excluded.seen_at
                """, workerId);
    }

    /** Notes that the worker has stopped: what it watched may be adopted at once. */
    public void leave(String workerId) {
        jdbc.update("delete from worker where worker_id = ?", workerId);
    }

    /**
     * Has this worker watch tasks at agents that are watched by nobody who was alive of late.
     *
     * @param deadAfter how long a worker may be silent
     * @param limit tasks at most
     */
    public List<AdoptedTask> adopt(String workerId, Duration deadAfter, int limit) {
        List<AdoptedTask> adopted = writes.adopt(workerId, deadAfter, limit).stream()
                .map(task -> new AdoptedTask(task.run(), task.kind(), task.index()))
                .toList();
        forget(deadAfter);
        return adopted;
    }

    /** Workers that are gone and watch nothing. */
    private void forget(Duration deadAfter) {
        jdbc.update("""
                delete from worker w
                where w.seen_at < now() - ? * interval '1 millisecond'
                  and not exists (select from task_state s
                                  where s.worker_id = w.worker_id and s.status in ('DISPATCHED', 'RUNNING'))
                """, deadAfter.toMillis());
    }
}
