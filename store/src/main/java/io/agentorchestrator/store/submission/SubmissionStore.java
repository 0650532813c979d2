package io.agentorchestrator.store.submission;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.run.RunInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stores submissions. Inserting the same submission again changes nothing, so that a commit whose answer was lost can be
 * repeated. Throws Spring's {@code DataAccessException}s and {@code TransactionException}s. Thread-safe.
 */
public final class SubmissionStore {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionStore.class);

    private final JdbcClient client;
    private final TaskRows tasks;
    private final IdempotencyStore idempotency;
    private final CrossRunDependents dependents;

    public SubmissionStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.tasks = new TaskRows(client);
        this.idempotency = new IdempotencyStore(database);
        this.dependents = new CrossRunDependents(database);
    }

    /**
     * Stores all of these in one transaction, but for those whose idempotency key was there. A dependency that ended meanwhile is
     * passed on before this returns.
     *
     * @return those that were not stored because of their key, by identity: the answer that is stored under it is theirs
     * @throws org.springframework.dao.DataIntegrityViolationException if a task depends on one that its tenant does not have
     */
    public Set<Submission> insert(List<Submission> submissions) {
        Set<Submission> repeated = dependents.resolving(open -> {
            Set<Submission> known = idempotency.takeKeys(submissions);
            List<Submission> fresh = submissions.stream()
                    .filter(submission -> !known.contains(submission))
                    .toList();
            if (!fresh.isEmpty()) {
                open.addAll(store(fresh));
            }
            return known;
        });
        if (repeated.size() < submissions.size()) {
            announce();
        }
        return repeated;
    }

    /** Stores these; returns the tasks submitted before that they wait for. */
    private Set<UUID> store(List<Submission> submissions) {
        OutsideParents parents = OutsideParents.of(submissions, client);
        submissions.forEach(this::insertDag);
        insertTasks(submissions, parents);
        parents.insertEdges();
        return parents.open();
    }

    /**
     * Tells release, which would find out by itself a little later. Commits that notify take turns, for as long as the disk takes: so this one
     * is apart from those that have to be on disk, and does not wait for it.
     */
    private void announce() {
        try {
            client.sql("select set_config('synchronous_commit', 'off', true), pg_notify(?, '')")
                    .param(Channels.BACKLOG)
                    .query((row, number) -> true)
                    .list();
        } catch (DataAccessException away) {
            LOG.debug("release was not told of what has been stored", away);
        }
    }

    private void insertTasks(List<Submission> submissions, OutsideParents parents) {
        List<TaskRows.TaskRow> rows = new ArrayList<>();
        for (Submission submission : submissions) {
            for (int index = 0; index < submission.tasks().size(); index++) {
                NewTask task = submission.tasks().get(index);
                rows.add(TaskRows.TaskRow.of(submission, index, parents.openOf(task)));
            }
        }
        for (int from = 0; from < rows.size(); from += TaskRows.CAPACITY) {
            tasks.insert(rows.subList(from, Math.min(rows.size(), from + TaskRows.CAPACITY)));
        }
    }

    private void insertDag(Submission submission) {
        NewDag dag = submission.dag();
        if (dag == null) {
            return;
        }
        Origin origin = submission.origin();
        client.sql("""
                        insert into dag (dag_id, tenant, principal, region, traceparent, tracestate, name, on_failure, priority,
                          deadline, labels, inputs, task_count, plan, critical_path, critical_path_seconds,
                          critical_path_sigma, created_at, cost_budget_micro_usd, token_budget, on_budget_exceeded)
                        values (?, ?, ?, ?, ?, ?, ?, ?::on_failure, ?::priority_key, ?::timestamptz, ?::jsonb, ?::json, ?, ?, ?::text[], ?,
                          ?::double precision, ?::timestamptz, ?::bigint, ?::bigint, ?)
                        on conflict (dag_id) do nothing
                        """)
                .params(Arrays.asList(
                        dag.dagId(),
                        origin.tenant(),
                        origin.principal(),
                        origin.region(),
                        origin.traceparent(),
                        origin.tracestate(),
                        dag.name(),
                        dag.onFailure().name(),
                        dag.priority().name(),
                        dag.deadline() == null ? null : dag.deadline().toString(),
                        dag.labels(),
                        dag.inputs(),
                        submission.tasks().size(),
                        dag.plan(),
                        dag.criticalPath().toArray(String[]::new),
                        dag.criticalPathSeconds(),
                        dag.criticalPathSigma(),
                        submission.createdAt().toString(),
                        dag.budget().costMicroUsd(),
                        dag.budget().tokens(),
                        dag.budget().onExceeded().name()))
                .update();
        insertRun(dag.dagId(), submission);
    }

    private void insertRun(UUID dagId, Submission submission) {
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, created_at)
                        values (?, 1, 'DAG', ?, ?, 'PENDING', ?, ?, ?, ?, ?::timestamptz)
                        on conflict (run_id, run_number) do nothing
                        """)
                .params(
                        dagId,
                        submission.origin().tenant(),
                        submission.origin().region(),
                        RunInput.CURRENT_PLANNER_VERSION,
                        new RunKey(dagId, 1).workflowId(RunKind.DAG),
                        submission.tasks().size(),
                        submission.tasks().size(),
                        submission.createdAt().toString())
                .update();
    }
}
