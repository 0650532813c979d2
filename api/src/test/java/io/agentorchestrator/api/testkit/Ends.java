package io.agentorchestrator.api.testkit;

import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Has tasks and DAGs of a test's store end as workers would, and numbers dead letters as their deliverer would. */
public final class Ends {
    private static final int MAX_NUMBERED = 10_000;

    private final TestDatabase database;
    private final DeadLetterDelivery delivery;

    public Ends(TestDatabase database) {
        this.database = database;
        this.delivery = new DeadLetterDelivery(database.dataSource());
    }

    /** Fails these tasks after three attempts each; their dead letters have their entry ids then. */
    public void fail(Collection<String> taskIds, String code) {
        database.client()
                .sql("""
                        update task_state set status = 'FAILED', attempt = 3, error_code = ?, error_message = 'it broke',
                          started_at = now(), ended_at = clock_timestamp()
                        where task_id = any(?::uuid[])
                        """)
                .param(code)
                .param(taskIds.toArray(String[]::new))
                .update();
        delivery.number(MAX_NUMBERED);
    }

    /** Fails a task; returns the id of its entry. */
    public String fail(String taskId, String code) {
        fail(List.of(taskId), code);
        return database.client()
                .sql("select entry_millis || '-' || entry_sequence from dead_letter where task_id = ?")
                .param(UUID.fromString(taskId))
                .query(String.class)
                .single();
    }

    /** Ends tasks otherwise. */
    public void end(String taskId, String status) {
        database.client().sql("""
                        update task_state set status = ?::task_status, attempt = 1, ended_at = clock_timestamp(),
                          error_code = case when ? = 'CANCELLED' then 'UPSTREAM_FAILED' end
                        where task_id = ?::uuid
                        """).param(status).param(status).param(taskId).update();
    }

    /** Ends a DAG's run, with the counters that its tasks add up to. */
    public void endDag(String dagId, String status) {
        database.client().sql("""
                        update run r set status = ?::run_status, started_at = clock_timestamp(), ended_at = clock_timestamp(),
                          open_count = 0,
                          failed_count = (select count(*) from task_state s where s.run_id = r.run_id and s.status = 'FAILED'),
                          cancelled_count = (select count(*) from task_state s where s.run_id = r.run_id and s.status = 'CANCELLED')
                        where r.run_id = ?::uuid and r.ended_at is null
                        """).param(status).param(dagId).update();
    }
}
