package io.agentorchestrator.store.run;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.store.state.AdoptionWrites;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The workers and what they watch: a lease on each task at an agent, which lasts while its worker beats. Thread-safe. */
public final class WorkerStore {
    /** Time after its last sign at which a worker counts as gone: its tasks are adopted, and nobody counts on it. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(12);

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
        List<AdoptedTask> adopted = adopted(writes.adopt(workerId, deadAfter, limit));
        forget(deadAfter);
        return adopted;
    }

    /**
     * Has this worker watch what is to end, by a command or since its deadline has passed, and is watched by a worker that has been silent:
     * whoever is told to stop something does not wait until that worker counts as dead.
     *
     * @param silentFor how long that worker has been silent at least
     * @param limit tasks at most
     */
    public List<AdoptedTask> adoptToEnd(String workerId, Duration silentFor, int limit) {
        return adopted(writes.adoptToEnd(workerId, silentFor, limit));
    }

    private static List<AdoptedTask> adopted(List<AdoptionWrites.Adopted> tasks) {
        return tasks.stream()
                .map(task -> new AdoptedTask(task.run(), task.kind(), task.index()))
                .toList();
    }

    /** The tasks at agents that this worker watches, as many as there are. */
    public List<WatchedRow> watched(String workerId) {
        return jdbc.query(
                """
                select run_id, run_number, task_index, task_id from task_state
                where worker_id = ? and status in ('DISPATCHED', 'RUNNING')
                """,
                (row, number) -> new WatchedRow(
                        RunKeys.read(row), row.getInt("task_index"), row.getObject("task_id", UUID.class)),
                workerId);
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
