package io.agentorchestrator.store.tenant;

import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The APIs that are alive. Throws {@code DataAccessException}s. Thread-safe. */
public final class ApiProcessStore {
    /** An API that has been silent for so long does not count any more. */
    public static final Duration GONE_AFTER = Duration.ofSeconds(10);

    private final JdbcClient client;

    public ApiProcessStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /**
     * Notes that this API is alive, and forgets those that are not.
     *
     * @return how many are, this one included
     */
    public int beat(String processId) {
        return client.sql("""
            with mine as (
              insert into api_process as p (process_id, seen_at) values (:id, now())
              on conflict (process_id) do update set seen_at = excluded.seen_at
            ), gone as (
              delete from api_process p
              where p.process_id in (
                select process_id from api_process
                where process_id <> :id and seen_at <= now() - :gone * interval '1 millisecond'
                order by process_id for update skip locked)
            )
            select count(*) + 1 from api_process
            where process_id <> :id and seen_at > now() - :gone * interval '1 millisecond'
            """)
                .param("id", processId)
                .param("gone", GONE_AFTER.toMillis())
                .query(Integer.class)
                .single();
    }

    /** Notes that this API has stopped: the others have its part at once. */
    public void leave(String processId) {
        client.sql("delete from api_process where process_id = ?")
                .param(processId)
                .update();
    }
}
