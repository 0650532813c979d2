package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import java.util.List;
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
     * Puts tasks in line again, of each kind the best; those of paused runs stay where they are.
     *
     * @return how many there were
     */
    public int putInLine(List<Kind> kinds) {
        if (kinds.isEmpty()) {
            return 0;
        }
        return client.sql("""
                update task_state s set held_by = s.selector_key, lined_at = now()
                where s.task_id in (
                    select h.task_id
                    from unnest(?::text[], ?::text[], ?::int[]) as k(reason, task_type, most) cross join lateral (
                      select q.task_id from task_state q
                      where q.status = 'QUEUED' and q.held_by <> '' and q.held_by = k.reason and q.task_type = k.task_type
                        and (q.run_id is null or q.run_id not in (%s))
                      order by q.rank, q.task_id limit k.most for update skip locked) h)
                  and s.status::text = 'QUEUED'
                """.formatted(PausedRuns.IDS))
                .params(Columns.of(kinds)
                        .texts(Kind::reason)
                        .texts(Kind::taskType)
                        .ints(Kind::most))
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

    /** Tasks of a type that are held for the same, and how many of them are to be put in line at most. */
    public record Kind(String reason, String taskType, int most) {}

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
