package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes under which keys limits count tasks, and puts in line again what they held. Thread-safe. */
public final class LimitWrites {
    /** The beginning of {@code held_by} of what is held for a limit; the key follows. */
    public static final String REASON = "LIMIT:";

    /** The first text after all such reasons. */
    public static final String AFTER_REASONS = "LIMIT;";

    private final JdbcClient client;

    public LimitWrites(JdbcClient client) {
        this.client = client;
    }

    /** The text that says of tasks that they wait for room under a key. */
    public static String reason(String key) {
        return REASON + key;
    }

    /**
     * Puts tasks in line again that are held for these reasons still, by task; those that somebody has just now stay where they are.
     *
     * @return how many there were
     */
    public int putInLine(Map<UUID, String> reasons) {
        if (reasons.isEmpty()) {
            return 0;
        }
        UUID[] ids = reasons.keySet().toArray(UUID[]::new);
        return client.sql("""
                update task_state s set held_by = s.selector_key, lined_at = now()
                from unnest(?::uuid[], ?::text[]) as h(task_id, reason)
                where s.task_id = h.task_id and s.held_by = h.reason and s.status::text = 'QUEUED'
                  and s.task_id in (select q.task_id from task_state q where q.task_id = any(?) and q.status::text = 'QUEUED'
                                    order by q.task_id for update skip locked)
                """)
                .params(ids, reasons.values().toArray(String[]::new), ids)
                .update();
    }

    /** Gives tasks other keys. What is queued is held for the first of them, and no longer for a limit that does not count it. Locks them by id. */
    public int mark(List<Marked> tasks) {
        if (tasks.isEmpty()) {
            return 0;
        }
        UUID[] ids = Columns.ids(tasks, Marked::taskId);
        return client.sql("""
                update task_state s
                set limit_keys = m.keys, needs_claim = s.needs_claim or m.keys is not null,
                    held_by = case when s.held_by <> s.selector_key and s.held_by not like ? then s.held_by
                                   when m.keys is null then s.selector_key else ? || m.keys[1] end
                from (select n.task_id, string_to_array(n.keys, chr(31)) as keys from unnest(?::uuid[], ?::text[]) as n(task_id, keys)) m
                where s.task_id = m.task_id
                  and s.task_id in (select o.task_id from task_state o where o.task_id = any(?) order by o.task_id for update) and s.limit_keys is distinct from m.keys
                  and s.status::text not in ('COMPLETED', 'FAILED', 'CANCELLED')
                """)
                .params(REASON + "%", REASON)
                .params(Columns.of(tasks).uuids(Marked::taskId).texts(Marked::joined))
                .param(ids)
                .update();
    }

    /** A task and its keys. */
    public record Marked(UUID taskId, List<String> keys) {
        private static final String SEPARATOR = "\u001f";

        @Nullable String joined() {
            return join(keys);
        }

        static @Nullable String join(List<String> keys) {
            return keys.isEmpty() ? null : String.join(SEPARATOR, keys);
        }
    }
}
