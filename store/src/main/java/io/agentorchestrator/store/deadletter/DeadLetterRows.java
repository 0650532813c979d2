package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.row.Columns;
import java.util.Collection;

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
                d.entry_millis as millis, d.entry_sequence as sequence, d.task_id, t.dag_id, t.key, d.tenant, t.task_type, t.priority, d.error_code,
                d.error_message, d.attempts, d.failed_at, %s as payload, d.state, d.left_at, d.reprocessed_as
                """.formatted(payload);
    }

    /** Two columns, of an entry id each. */
    static Columns<EntryId> entries(Collection<EntryId> ids) {
        return Columns.of(ids).longs(EntryId::millis).longs(EntryId::sequence);
    }
}
