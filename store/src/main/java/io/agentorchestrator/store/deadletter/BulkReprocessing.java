package io.agentorchestrator.store.deadletter;

import static io.agentorchestrator.store.deadletter.DeadLetterRows.IS_OPEN_ENTRY;

import io.agentorchestrator.store.deadletter.BulkAnswer.Reprocessed;
import io.agentorchestrator.store.deadletter.BulkAnswer.Skipped;
import io.agentorchestrator.store.dependency.Dependents;
import io.agentorchestrator.store.rerun.TaskCopies;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Reprocesses many dead letters, page by page, each in a transaction of its own. Thread-safe. */
final class BulkReprocessing {
    static final int ENTRIES_PER_TRANSACTION = 500;

    private final JdbcClient client;
    private final TransactionTemplate transaction;
    private final Uuid7 ids;
    private final Dependents dependents;

    BulkReprocessing(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.ids = ids;
        this.dependents = new Dependents(database);
    }

    BulkAnswer reprocess(Request request, int limit) {
        List<Reprocessed> made = new ArrayList<>();
        boolean more = true;
        while (more && made.size() < limit) {
            int size = Math.min(ENTRIES_PER_TRANSACTION, limit - made.size());
            Page page = Objects.requireNonNull(transaction.execute(status -> reprocessPage(request, size)));
            dependents.resolve(page.openParents());
            made.addAll(page.made());
            more = page.made().size() == size;
        }
        return new BulkAnswer(made, skipped(request, limit));
    }

    private Page reprocessPage(Request request, int size) {
        Map<UUID, UUID> byOrigin = new LinkedHashMap<>();
        Set<UUID> openParents = new HashSet<>();
        List<Reprocessed> made = new ArrayList<>();
        for (Candidate candidate : candidates(request, size)) {
            UUID task = ids.next();
            openParents.addAll(TaskCopies.insert(client, candidate.taskId(), task, true, null));
            byOrigin.put(candidate.taskId(), task);
            made.add(new Reprocessed(candidate.entry(), task));
        }
        if (!made.isEmpty()) {
            Successors.link(client, byOrigin, request.principal());
        }
        return new Page(made, openParents);
    }

    /** Those that nobody holds; they are held from now on. */
    private List<Candidate> candidates(Request request, int size) {
        return select(request, "not t.has_templates", size, "for update of d skip locked");
    }

    private List<Skipped> skipped(Request request, int limit) {
        return select(request, "t.has_templates", limit, "").stream()
                .map(candidate -> new Skipped(
                        candidate.entry(),
                        BulkAnswer.NEEDS_ITS_DAG,
                        "the payload of task " + candidate.taskId()
                                + " refers to its DAG; reprocess the entry alone with resume_dag, or retry the DAG"))
                .toList();
    }

    private List<Candidate> select(Request request, String which, int limit, String lock) {
        return client.sql("""
                        select d.entry_millis, d.entry_sequence, d.task_id
                        from dead_letter d join task t on t.task_id = d.task_id
                        where d.tenant = :tenant and %s and %s
                          and (:type::text is null or t.task_type = :type::text)
                          and (:code::text is null or d.error_code = :code::text)
                        order by d.entry_millis, d.entry_sequence limit :limit %s
                        """.formatted(IS_OPEN_ENTRY, which, lock))
                .param("tenant", request.tenant())
                .param("type", request.taskType())
                .param("code", request.errorCode())
                .param("limit", limit)
                .query((row, number) ->
                        new Candidate(DeadLetterRows.entryId(row), row.getObject("task_id", UUID.class)))
                .list();
    }

    /** Whose dead letters, for whom, and which: null does not narrow. */
    record Request(
            String tenant,
            String principal,
            @Nullable String taskType,
            @Nullable String errorCode) {}

    /** @param openParents what the new tasks wait for, to be looked at again after the commit */
    private record Page(List<Reprocessed> made, Set<UUID> openParents) {}

    private record Candidate(EntryId entry, UUID taskId) {}
}
