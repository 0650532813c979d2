package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.deadletter.BulkAnswer.Reprocessed;
import io.agentorchestrator.store.deadletter.BulkAnswer.Skipped;
import io.agentorchestrator.store.deadletter.OpenEntries.Entry;
import io.agentorchestrator.store.deadletter.OpenEntries.Filter;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.rerun.TaskCopies;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reprocesses many dead letters, page by page, each in a transaction of its own. Thread-safe. */
final class BulkReprocessing {
    static final int ENTRIES_PER_TRANSACTION = 500;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final Uuid7 ids;
    private final CrossRunDependents dependents;
    private final OpenEntries entries;

    BulkReprocessing(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.ids = ids;
        this.dependents = new CrossRunDependents(database);
        this.entries = new OpenEntries(client);
    }

    BulkAnswer reprocess(Filter filter, String principal, int limit) {
        List<Reprocessed> made = new ArrayList<>();
        boolean more = true;
        while (more && made.size() < limit) {
            int size = Math.min(ENTRIES_PER_TRANSACTION, limit - made.size());
            Page page = transaction.execute(status -> reprocessPage(filter, principal, size));
            dependents.resolve(page.openParents());
            made.addAll(page.made());
            more = page.made().size() == size;
        }
        return new BulkAnswer(made, skipped(filter, limit));
    }

    private Page reprocessPage(Filter filter, String principal, int size) {
        Map<UUID, UUID> byOrigin = new LinkedHashMap<>();
        Set<UUID> openParents = new HashSet<>();
        List<Reprocessed> made = new ArrayList<>();
        for (Entry entry : entries.hold(filter, OpenEntries.STANDALONE, size)) {
            UUID task = ids.next();
            openParents.addAll(TaskCopies.insert(client, entry.taskId(), task, true, null));
            byOrigin.put(entry.taskId(), task);
            made.add(new Reprocessed(entry.id(), task));
        }
        if (!made.isEmpty()) {
            Successors.link(client, byOrigin, principal);
        }
        return new Page(made, openParents);
    }

    private List<Skipped> skipped(Filter filter, int limit) {
        return entries.look(filter, OpenEntries.NEEDY, limit).stream()
                .map(entry -> new Skipped(
                        entry.id(),
                        BulkAnswer.NEEDS_ITS_DAG,
                        "the payload of task " + entry.taskId()
                                + " refers to its DAG; reprocess the entry alone with resume_dag, or retry the DAG"))
                .toList();
    }

    /** @param openParents what the new tasks wait for, to be looked at again after the commit */
    private record Page(List<Reprocessed> made, Set<UUID> openParents) {}
}
