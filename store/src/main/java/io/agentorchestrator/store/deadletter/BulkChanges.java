package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.deadletter.BulkAnswer.Reprocessed;
import io.agentorchestrator.store.deadletter.BulkAnswer.Skipped;
import io.agentorchestrator.store.deadletter.OpenEntries.Entry;
import io.agentorchestrator.store.deadletter.OpenEntries.Filter;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.rerun.TaskCopies;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reprocesses or deletes many dead letters, page by page, each in a transaction of its own. Thread-safe. */
final class BulkChanges {
    static final int ENTRIES_PER_TRANSACTION = 500;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final Uuid7 ids;
    private final CrossRunDependents dependents;
    private final OpenEntries entries;

    BulkChanges(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.ids = ids;
        this.dependents = new CrossRunDependents(database);
        this.entries = new OpenEntries(client);
    }

    BulkAnswer reprocess(Filter filter, String principal, int limit) {
        List<Reprocessed> made = new ArrayList<>();
        inPages(limit, size -> {
            List<Reprocessed> page = dependents.resolving(open -> reprocessPage(filter, principal, size, open));
            made.addAll(page);
            return page.size();
        });
        return new BulkAnswer(made, skipped(filter, limit));
    }

    BulkDeleted delete(Filter filter, int limit) {
        int deleted = inPages(limit, size -> transaction.execute(status -> deletePage(filter, size)));
        return new BulkDeleted(
                deleted,
                deleted == limit && !entries.read(filter, OpenEntries.ANY, 1).isEmpty());
    }

    /** Goes on until a page is not full; how many it changed. */
    private static int inPages(int limit, IntUnaryOperator page) {
        int changed = 0;
        while (changed < limit) {
            int size = Math.min(ENTRIES_PER_TRANSACTION, limit - changed);
            int ofPage = page.applyAsInt(size);
            changed += ofPage;
            if (ofPage < size) {
                break;
            }
        }
        return changed;
    }

    /** @param open receives what the new tasks wait for */
    private List<Reprocessed> reprocessPage(Filter filter, String principal, int size, Collection<UUID> open) {
        Map<UUID, UUID> byOrigin = new LinkedHashMap<>();
        List<Reprocessed> made = new ArrayList<>();
        for (Entry entry : entries.hold(filter, OpenEntries.STANDALONE, size)) {
            UUID task = ids.next();
            open.addAll(TaskCopies.insert(client, entry.taskId(), task, true, null));
            byOrigin.put(entry.taskId(), task);
            made.add(new Reprocessed(entry.id(), task));
        }
        if (!made.isEmpty()) {
            entries.reprocessed(byOrigin, principal);
        }
        return made;
    }

    private int deletePage(Filter filter, int size) {
        List<Entry> held = entries.hold(filter, OpenEntries.ANY, size);
        // A task has one that is OPEN at most.
        return client.sql("""
                        update dead_letter set state = 'DELETED', left_at = now()
                        where task_id = any(?) and state = 'OPEN'
                        """).param(Columns.ids(held, Entry::taskId)).update();
    }

    private List<Skipped> skipped(Filter filter, int limit) {
        return entries.read(filter, OpenEntries.NEEDY, limit).stream()
                .map(entry -> new Skipped(
                        entry.id(),
                        BulkAnswer.NEEDS_ITS_DAG,
                        "the payload of task " + entry.taskId()
                                + " refers to its DAG; reprocess the entry alone with resume_dag, or retry the DAG"))
                .toList();
    }
}
