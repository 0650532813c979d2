package io.agentorchestrator.store.submission;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.run.RunInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores submissions. Inserting the same submission again changes nothing, so that a commit whose answer was lost can be
 * repeated. Throws Spring's {@code DataAccessException}s and {@code TransactionException}s. Thread-safe.
 */
public final class SubmissionStore {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionStore.class);

    private final JdbcClient client;
    private final TransactionTemplate transaction;
    private final IdempotencyStore idempotency;
    private final CrossRunDependents dependents;

    public SubmissionStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.idempotency = new IdempotencyStore(client);
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
        List<UUID> open = new ArrayList<>();
        Set<Submission> repeated = transaction.execute(status -> {
            open.clear();
            Set<Submission> known = idempotency.takeKeys(submissions);
            List<Submission> fresh = submissions.stream()
                    .filter(submission -> !known.contains(submission))
                    .toList();
            if (!fresh.isEmpty()) {
                open.addAll(store(fresh));
            }
            return known;
        });
        if (repeated == null || repeated.size() < submissions.size()) {
            announce();
        }
        dependents.resolve(open);
        return repeated == null ? Set.of() : repeated;
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
        List<TaskRows.TaskRow> rows = new ArrayList<>(TaskRows.CAPACITY);
        for (Submission submission : submissions) {
            for (int index = 0; index < submission.tasks().size(); index++) {
                NewTask task = submission.tasks().get(index);
                rows.add(new TaskRows.TaskRow(submission, task, index, parents.openOf(task)));
                if (rows.size() == TaskRows.CAPACITY) {
                    new TaskRows(rows).insert(client);
                    rows.clear();
                }
            }
        }
        if (!rows.isEmpty()) {
            new TaskRows(rows).insert(client);
        }
    }

    private void insertDag(Submission submission) {
        NewDag dag = submission.dag();
        if (dag == null) {
            return;
        }
        Origin origin = submission.origin();
        Instant deadline = dag.deadline();
        client.sql("""
                        insert into dag (dag_id, tenant, principal, region, traceparent, tracestate, name, on_failure, priority,
                          deadline, labels, inputs, task_count, plan, critical_path, critical_path_seconds, created_at)
                        values (:dag_id, :tenant, :principal, :region, :traceparent, :tracestate, :name,
                          :on_failure::on_failure, :priority::priority_key, :deadline::timestamptz, :labels::jsonb, :inputs::json,
                          :task_count, :plan,
                          :critical_path::text[], :critical_path_seconds, :created_at::timestamptz)
                        on conflict (dag_id) do nothing
                        """)
                .param("dag_id", dag.dagId())
                .param("tenant", origin.tenant())
                .param("principal", origin.principal())
                .param("region", origin.region())
                .param("traceparent", origin.traceparent())
                .param("tracestate", origin.tracestate())
                .param("name", dag.name())
                .param("on_failure", dag.onFailure().name())
                .param("priority", dag.priority().name())
                .param("deadline", deadline == null ? null : deadline.toString())
                .param("labels", dag.labels())
                .param("inputs", dag.inputs())
                .param("task_count", submission.tasks().size())
                .param("plan", dag.plan())
                .param("critical_path", dag.criticalPath().toArray(String[]::new))
                .param("critical_path_seconds", dag.criticalPathSeconds())
                .param("created_at", submission.createdAt().toString())
                .update();
        insertRun(dag.dagId(), submission);
    }

    private void insertRun(UUID dagId, Submission submission) {
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, created_at)
                        values (:run_id, 1, 'DAG', :tenant, :region, 'PENDING', :planner_version, :workflow_id, :task_count,
                          :task_count, :created_at::timestamptz)
                        on conflict (run_id, run_number) do nothing
                        """)
                .param("run_id", dagId)
                .param("tenant", submission.origin().tenant())
                .param("region", submission.origin().region())
                .param("planner_version", RunInput.CURRENT_PLANNER_VERSION)
                .param("workflow_id", new RunKey(dagId, 1).workflowId(RunKind.DAG))
                .param("task_count", submission.tasks().size())
                .param("created_at", submission.createdAt().toString())
                .update();
    }
}
