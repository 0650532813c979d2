package io.agentorchestrator.store.deadletter;

import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The links between dead letters and the tasks that were made of them. */
final class Successors {
    private Successors() {}

    /**
     * Links dead letters, which the caller's transaction holds, to new tasks, and says who had these made.
     *
     * @param byOrigin the new task of each old one
     */
    static void link(JdbcClient client, Map<UUID, UUID> byOrigin, String principal) {
        UUID[] successors = byOrigin.values().toArray(UUID[]::new);
        client.sql("""
                        update dead_letter d
                        set state = 'REPROCESSED', left_at = coalesce(d.left_at, now()), reprocessed_as = n.successor
                        from unnest(?::uuid[], ?::uuid[]) as n (origin, successor)
                        where d.task_id = n.origin and d.state = 'OPEN'
                        """)
                .param(byOrigin.keySet().toArray(UUID[]::new))
                .param(successors)
                .update();
        client.sql("update task set principal = ? where task_id = any(?) and principal <> ?")
                .param(principal)
                .param(successors)
                .param(principal)
                .update();
    }
}
