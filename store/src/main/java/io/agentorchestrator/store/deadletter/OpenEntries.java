package io.agentorchestrator.store.deadletter;

import static io.agentorchestrator.store.deadletter.DeadLetterRows.IS_OPEN_ENTRY;

import io.agentorchestrator.store.rerun.TaskCopies;
import io.agentorchestrator.store.row.Records;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds OPEN dead letters by filters, the oldest first, for whoever does something with many. Thread-safe. */
final class OpenEntries {
    /** The condition of entries whose task can stand alone. */
    static final String STANDALONE = "not t.has_templates";
    /** The condition of entries whose payload refers to its DAG. */
    static final String NEEDY = "t.has_templates";

    static final String ANY = "true";

    private final JdbcClient client;

    OpenEntries(JdbcClient client) {
        this.client = client;
    }

    /** Finds entries that nobody holds, and holds them to the end of the caller's transaction. */
    List<Entry> hold(Filter filter, String which, int limit) {
        return select(filter, which, limit, "for update of d skip locked");
    }

    List<Entry> read(Filter filter, String which, int limit) {
        return select(filter, which, limit, "");
    }

    /**
     * Links held entries to new tasks, and says who had these made.
     *
     * @param byOrigin the new task of each old one
     */
    void reprocessed(Map<UUID, UUID> byOrigin, String principal) {
        TaskCopies.link(client, byOrigin);
        client.sql("update task set principal = ? where task_id = any(?) and principal <> ?")
                .params(principal, byOrigin.values().toArray(UUID[]::new), principal)
                .update();
    }

    private List<Entry> select(Filter filter, String which, int limit, String lock) {
        return client.sql("""
                        select d.entry_millis as millis, d.entry_sequence as sequence, d.task_id
                        from dead_letter d join task t on t.task_id = d.task_id
                        where d.tenant = :tenant and %s and %s
                          and (:type::text is null or t.task_type = :type::text)
                          and (:code::text is null or d.error_code = :code::text)
                        order by d.entry_millis, d.entry_sequence limit :limit %s
                        """.formatted(IS_OPEN_ENTRY, which, lock))
                .param("tenant", filter.tenant())
                .param("type", filter.taskType())
                .param("code", filter.errorCode())
                .param("limit", limit)
                .query(Records.of(Entry.class))
                .list();
    }

    /** Whose dead letters, and which: null does not narrow. */
    record Filter(
            String tenant,
            @Nullable String taskType,
            @Nullable String errorCode) {}

    record Entry(EntryId id, UUID taskId) {}
}
