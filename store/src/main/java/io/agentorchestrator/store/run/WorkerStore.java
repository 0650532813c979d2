package io.agentorchestrator.store.run;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.AdoptionWrites;
import io.agentorchestrator.store.state.RunTask;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The workers and what they watch: a lease on each task at an agent, which lasts while its worker beats. Thread-safe. */
public final class WorkerStore {
    /** Time after its last sign at which a worker counts as gone: its tasks are adopted, and nobody counts on it. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(12);

    private final JdbcClient client;
    private final AdoptionWrites writes;

    public WorkerStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.writes = new AdoptionWrites(client);
    }

    /** Notes that the worker is alive. */
    public void heartbeat(String workerId) {
        client.sql("""
                insert into worker as w (worker_id, seen_at) values (?, now())
                on conflict (worker_id) do update set seen_at = excluded.seen_at
                """).param(workerId).update();
    }

    /** Notes that the worker has stopped: what it watched may be adopted at once. */
    public void leave(String workerId) {
        client.sql("delete from worker where worker_id = ?").param(workerId).update();
    }

    /**
     * Has this worker watch tasks at agents that are watched by nobody who was alive of late.
     *
     * @param deadAfter how long a worker may be silent
     * @param limit tasks at most
     */
    public List<RunTask> adopt(String workerId, Duration deadAfter, int limit) {
        List<RunTask> adopted = writes.adopt(workerId, deadAfter, limit);
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
    public List<RunTask> adoptToEnd(String workerId, Duration silentFor, int limit) {
        return writes.adoptToEnd(workerId, silentFor, limit);
    }

    /** The tasks at agents that this worker watches, as many as there are. */
    public List<WatchedRow> watched(String workerId) {
        return client.sql("""
                select run_id, run_number, task_index as index, task_id from task_state
                where worker_id = ? and status in ('DISPATCHED', 'RUNNING')
                """)
                .param(workerId)
                .query(Records.of(WatchedRow.class))
                .list();
    }

    /** Workers that are gone and watch nothing. */
    private void forget(Duration deadAfter) {
        client.sql("""
                delete from worker w
                where w.seen_at < now() - ? * interval '1 millisecond'
                  and not exists (select from task_state s
                                  where s.worker_id = w.worker_id and s.status in ('DISPATCHED', 'RUNNING'))
                """).param(deadAfter.toMillis()).update();
    }
}
