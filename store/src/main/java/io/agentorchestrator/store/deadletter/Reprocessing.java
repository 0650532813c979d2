package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.TaskCopies;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reprocesses one dead letter. Whoever holds its row decides what becomes of it; who resumes its DAG holds the run before, as whoever
 * ends or reruns tasks of a run does. Thread-safe.
 */
final class Reprocessing {
    private final JdbcClient client;
    private final RunLocks locks;
    private final Uuid7 ids;
    private final DagRerun rerun;
    private final OpenEntries entries;
    private final CrossRunDependents dependents;

    Reprocessing(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.locks = new RunLocks(client);
        this.ids = ids;
        this.rerun = new DagRerun(database, ids);
        this.entries = new OpenEntries(client);
        this.dependents = new CrossRunDependents(database);
    }

    ReprocessAnswer reprocess(Request request) {
        Optional<Entry> seen = find(request, "");
        if (seen.isEmpty()) {
            return new ReprocessAnswer.NotFound();
        }
        UUID dag = request.resumeDag() ? seen.get().dagId() : null;
        return dependents.resolving(open -> decide(request, dag, open));
    }

    /**
     * @param dag that is to be resumed, and whose run is held first
     * @param open receives what the new task waits for outside its DAG
     */
    private ReprocessAnswer decide(Request request, @Nullable UUID dag, Collection<UUID> open) {
        LockedRun run = dag == null ? null : locks.lockLatest(dag).orElse(null);
        Entry entry = find(request, "for update of d").orElse(null);
        if (entry == null) {
            return new ReprocessAnswer.NotFound();
        }
        return switch (entry.state()) {
            case OPEN -> request.resumeDag() ? inItsDag(request, entry, run, open) : alone(request, entry, open);
            case REPROCESSED -> again(Objects.requireNonNull(entry.reprocessedAs()));
            case RERUN -> rerun(run);
            case DELETED -> new ReprocessAnswer.Deleted();
        };
    }

    private ReprocessAnswer alone(Request request, Entry entry, Collection<UUID> open) {
        if (entry.hasTemplates()) {
            return new ReprocessAnswer.NeedsItsDag();
        }
        UUID task = ids.next();
        open.addAll(TaskCopies.insert(client, entry.taskId(), task, true, null));
        entries.reprocessed(Map.of(entry.taskId(), task), request.principal());
        return new ReprocessAnswer.Created(task, null, false);
    }

    private ReprocessAnswer inItsDag(Request request, Entry entry, @Nullable LockedRun run, Collection<UUID> open) {
        Integer index = run == null ? null : indexIn(run, entry.taskId());
        if (run == null || index == null) {
            return new ReprocessAnswer.NotInADag();
        }
        Optional<String> notEnded = rerun.notEnded(run);
        if (notEnded.isPresent()) {
            return new ReprocessAnswer.DagNotEnded(notEnded.get());
        }
        UUID task = ids.next();
        TaskCopies.insert(client, entry.taskId(), task, false, null);
        entries.reprocessed(Map.of(entry.taskId(), task), request.principal());
        return new ReprocessAnswer.Created(
                task, rerun.resume(run, index, task, open).run(), false);
    }

    /** Who means to resume a DAG, and finds that another was faster, is told so while it runs. */
    private ReprocessAnswer rerun(@Nullable LockedRun run) {
        return Optional.ofNullable(run)
                .flatMap(rerun::notEnded)
                .<ReprocessAnswer>map(ReprocessAnswer.DagNotEnded::new)
                .orElseGet(ReprocessAnswer.Rerun::new);
    }

    /** The run of the task, if it is a node of a DAG. */
    private ReprocessAnswer again(UUID task) {
        RunKey run = client.sql("""
                        select s.run_id, s.run_number from task_state s join task t on t.task_id = s.task_id
                        where s.task_id = ? and s.run_id = t.dag_id
                        """)
                .param(task)
                .query(Records.of(RunKey.class))
                .optional()
                .orElse(null);
        return new ReprocessAnswer.Created(task, run, true);
    }

    /** Where the task is in the run; null if another has taken its place. */
    private @Nullable Integer indexIn(LockedRun run, UUID task) {
        return client.sql("select task_index from task_state where task_id = ? and run_id = ?")
                .params(task, run.key().runId())
                .query(Integer.class)
                .optional()
                .orElse(null);
    }

    private Optional<Entry> find(Request request, String lock) {
        return client.sql("""
                        select d.task_id, d.state, d.reprocessed_as, t.dag_id, t.has_templates
                        from dead_letter d join task t on t.task_id = d.task_id
                        where d.tenant = ? and d.entry_millis = ? and d.entry_sequence = ?
                        """ + lock)
                .params(
                        request.tenant(),
                        request.entry().millis(),
                        request.entry().sequence())
                .query(Records.of(Entry.class))
                .optional();
    }

    record Request(String tenant, String principal, EntryId entry, boolean resumeDag) {}

    private record Entry(
            UUID taskId,
            DeadLetterState state,
            @Nullable UUID reprocessedAs,
            @Nullable UUID dagId,
            boolean hasTemplates) {}
}
