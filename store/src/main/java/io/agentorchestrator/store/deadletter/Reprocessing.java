package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.ResumeAnswer;
import io.agentorchestrator.store.rerun.TaskCopies;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final Uuid7 ids;
    private final DagRerun rerun;
    private final CrossRunDependents dependents;

    Reprocessing(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.locks = new RunLocks(client);
        this.transaction = new RetryingTransaction(database);
        this.ids = ids;
        this.rerun = new DagRerun(database, ids);
        this.dependents = new CrossRunDependents(database);
    }

    ReprocessAnswer reprocess(Request request) {
        Optional<Entry> seen = find(request, "");
        if (seen.isEmpty()) {
            return new ReprocessAnswer.NotFound();
        }
        UUID dag = request.resumeDag() ? seen.get().dagId() : null;
        Decided decided = transaction.execute(status -> {
            Decided made = decide(request, dag);
            if (made.answer() instanceof ReprocessAnswer.DagNotEnded) {
                status.setRollbackOnly();
            }
            return made;
        });
        dependents.resolve(decided.openParents());
        return decided.answer();
    }

    /** @param dag that is to be resumed, and whose run is held first */
    private Decided decide(Request request, @Nullable UUID dag) {
        LockedRun run = dag == null ? null : locks.lockLatest(dag).orElse(null);
        Entry entry = find(request, "for update of d").orElse(null);
        if (entry == null) {
            return Decided.of(new ReprocessAnswer.NotFound());
        }
        return switch (entry.state()) {
            case OPEN -> request.resumeDag() ? inItsDag(request, entry, run) : alone(request, entry);
            case REPROCESSED -> Decided.of(again(Objects.requireNonNull(entry.reprocessedAs())));
            case RERUN -> Decided.of(rerun(run));
            case DELETED -> Decided.of(new ReprocessAnswer.Deleted());
        };
    }

    private Decided alone(Request request, Entry entry) {
        if (entry.hasTemplates()) {
            return Decided.of(new ReprocessAnswer.NeedsItsDag());
        }
        UUID task = ids.next();
        Set<UUID> openParents = TaskCopies.insert(client, entry.taskId(), task, true, null);
        Successors.link(client, Map.of(entry.taskId(), task), request.principal());
        return new Decided(new ReprocessAnswer.Created(task, null, false), openParents);
    }

    private Decided inItsDag(Request request, Entry entry, @Nullable LockedRun run) {
        Integer index = run == null ? null : indexIn(run, entry.taskId());
        if (run == null || index == null) {
            return Decided.of(new ReprocessAnswer.NotInADag());
        }
        UUID task = ids.next();
        TaskCopies.insert(client, entry.taskId(), task, false, null);
        Successors.link(client, Map.of(entry.taskId(), task), request.principal());
        return switch (rerun.resume(run, index, task)) {
            case ResumeAnswer.NotEnded notEnded -> Decided.of(new ReprocessAnswer.DagNotEnded(notEnded.status()));
            case ResumeAnswer.Resumed resumed ->
                new Decided(new ReprocessAnswer.Created(task, resumed.run(), false), resumed.outsideParents());
        };
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

    /** @param openParents what the new tasks wait for outside their DAG, to be looked at again after the commit */
    private record Decided(ReprocessAnswer answer, Set<UUID> openParents) {
        static Decided of(ReprocessAnswer answer) {
            return new Decided(answer, Set.of());
        }
    }

    private record Entry(
            UUID taskId,
            DeadLetterState state,
            @Nullable UUID reprocessedAs,
            @Nullable UUID dagId,
            boolean hasTemplates) {}
}
