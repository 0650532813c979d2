package io.agentorchestrator.store.state;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes new priorities and deadlines of tasks that have not ended. What waits in the backlog has its new rank by that. To be called within a transaction
 * that has locked the run, or the task where it is in none. Thread-safe.
 */
public final class ChangeWrites {
    private final JdbcClient client;

    public ChangeWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Changes what is given of these tasks, as far as they have not ended.
     *
     * @param deadlineBefore of their DAG: tasks that have this one, none, or a later one get the new one; null: each of them does
     * @return those that had not ended
     */
    public List<UUID> change(
            Collection<UUID> tasks,
            @Nullable Priority priority,
            @Nullable Instant deadline,
            @Nullable Instant deadlineBefore) {
        return client.sql("""
                        update task_state s
                        set priority = coalesce(c.priority, s.priority), deadline = case when c.is_due then c.deadline else s.deadline end,
                            expiry_commanded_at = case when c.is_due then null else s.expiry_commanded_at end
                        from (
                          select q.task_id, n.priority, n.deadline,
                            n.deadline is not null
                              and (n.before is null or q.deadline is null or q.deadline = n.before or q.deadline > n.deadline) as is_due
                          from task_state q, (select ?::priority_key as priority, ?::timestamptz as deadline, ?::timestamptz as before) n
                          where q.task_id = any(?)
                          order by q.task_id for update of q
                        ) c
                        where s.task_id = c.task_id and s.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                        returning s.task_id
                        """)
                .params(Arrays.asList(
                        priority == null ? null : priority.name(),
                        at(deadline),
                        at(deadlineBefore),
                        tasks.toArray(UUID[]::new)))
                .query(UUID.class)
                .list();
    }

    private static @Nullable Object at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** Has workers look again at what they hold of these runs, and release at the backlog, once the transaction has committed. */
    public void announce(@Nullable RunKey run) {
        if (run != null) {
            Channels.notify(client, Channels.PAUSES, run.runId().toString());
        }
        Channels.notify(client, Channels.BACKLOG);
    }
}
