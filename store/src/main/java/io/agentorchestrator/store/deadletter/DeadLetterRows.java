package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.workflows.model.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The columns of {@link DeadLetter}, and how they are read. */
final class DeadLetterRows {
    static final String SELECT =
            "select " + columns("t.payload") + "from dead_letter d join task t on t.task_id = d.task_id\n";

    /** Of {@code dead_letter d} and {@code task t}, without payloads: a page of those may be too much to hold. */
    static final String SUMMARY_COLUMNS = columns("null");

    /** The condition of rows that are in the stream, or are to be; each query says it in the words of the partial indexes. */
    static final String IS_OPEN_ENTRY = "d.state = 'OPEN' and d.entry_millis is not null";

    private DeadLetterRows() {}

    private static String columns(String payload) {
        return """
                d.entry_millis, d.entry_sequence, d.task_id, t.dag_id, t.key, d.tenant, t.task_type, t.priority, d.error_code,
                d.error_message, d.attempts, d.failed_at, %s as payload, d.state, d.left_at, d.reprocessed_as
                """.formatted(payload);
    }

    static DeadLetter read(ResultSet row) throws SQLException {
        return new DeadLetter(
                entryId(row),
                row.getObject("task_id", UUID.class),
                row.getObject("dag_id", UUID.class),
                row.getString("key"),
                row.getString("tenant"),
                row.getString("task_type"),
                Priority.valueOf(row.getString("priority")),
                row.getString("error_code"),
                row.getString("error_message"),
                row.getInt("attempts"),
                row.getObject("failed_at", OffsetDateTime.class).toInstant(),
                row.getString("payload"),
                DeadLetterState.valueOf(row.getString("state")),
                instant(row, "left_at"),
                row.getObject("reprocessed_as", UUID.class));
    }

    static EntryId entryId(ResultSet row) throws SQLException {
        return new EntryId(row.getLong("entry_millis"), row.getLong("entry_sequence"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static Long[] millis(Collection<EntryId> ids) {
        return ids.stream().map(EntryId::millis).toArray(Long[]::new);
    }

    static Long[] sequences(Collection<EntryId> ids) {
        return ids.stream().map(EntryId::sequence).toArray(Long[]::new);
    }
}
