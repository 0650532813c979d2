package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.deadletter.OpenEntries.Entry;
import io.agentorchestrator.store.deadletter.OpenEntries.Filter;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Deletes many dead letters, page by page, each in a transaction of its own. Thread-safe. */
final class BulkDeletion {
    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final OpenEntries entries;

    BulkDeletion(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.entries = new OpenEntries(client);
    }

    BulkDeleted delete(Filter filter, int limit) {
        int deleted = 0;
        boolean more = true;
        while (more && deleted < limit) {
            int size = Math.min(BulkReprocessing.ENTRIES_PER_TRANSACTION, limit - deleted);
            int page = transaction.execute(status -> deletePage(filter, size));
            deleted += page;
            more = page == size;
        }
        return new BulkDeleted(
                deleted, more && !entries.look(filter, OpenEntries.ANY, 1).isEmpty());
    }

    private int deletePage(Filter filter, int size) {
        List<Entry> held = entries.hold(filter, OpenEntries.ANY, size);
        // A task has one that is OPEN at most.
        return client.sql("""
                        update dead_letter set state = 'DELETED', left_at = now()
                        where task_id = any(?) and state = 'OPEN'
                        """)
                .param(held.stream().map(Entry::taskId).toArray(UUID[]::new))
                .update();
    }
}
