package io.agentorchestrator.store.submission;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.SubmissionWrites;
import io.agentorchestrator.store.state.SubmissionWrites.NewState;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Inserts new tasks, and where they are. Thread-safe. */
final class TaskRows {
    /** Tasks of one statement at most. */
    static final int CAPACITY = 1_000;

    private static final String CODE_SEPARATOR = "\u001f";

    private final JdbcClient client;
    private final SubmissionWrites states;

    TaskRows(JdbcClient client) {
        this.client = client;
        this.states = new SubmissionWrites(client);
    }

    void insert(List<TaskRow> rows) {
        client.sql("""
                        insert into task (task_id, tenant, principal, region, traceparent, tracestate, dag_id, key, task_type,
                          payload, has_templates, priority, estimated_complexity, timeout_millis, max_attempts,
                          retry_initial_millis, retry_coefficient, retry_max_millis, non_retryable_codes, labels, created_at,
                          deadline, selector, preemptible, cost_budget_micro_usd, token_budget, on_budget_exceeded)
                        select r.task_id, r.tenant, r.principal, r.region, r.traceparent, r.tracestate, r.dag_id, r.key,
                          r.task_type, r.payload::json, r.has_templates, r.priority::priority_key, r.complexity,
                          r.timeout_millis, r.max_attempts, r.initial_millis, r.coefficient, r.max_millis,
                          string_to_array(r.codes, chr(31)), r.labels::jsonb, r.created_at::timestamptz, r.deadline::timestamptz,
                          r.selector::jsonb, r.preemptible, r.cost_budget, r.token_budget, r.on_budget_exceeded
                        from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::text[],
                          ?::text[], ?::text[], ?::boolean[], ?::text[], ?::double precision[], ?::bigint[], ?::integer[],
                          ?::bigint[], ?::double precision[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[],
                          ?::bigint[], ?::bigint[], ?::text[])
                          as r (task_id, tenant, principal, region, traceparent, tracestate, dag_id, key, task_type, payload,
                            has_templates, priority, complexity, timeout_millis, max_attempts, initial_millis, coefficient,
                            max_millis, codes, labels, created_at, deadline, selector, preemptible, cost_budget, token_budget,
                            on_budget_exceeded)
                        on conflict (task_id) do nothing
                        """)
                .params(Columns.of(rows)
                        .uuids(row -> row.task().taskId())
                        .texts(row -> row.state().tenant())
                        .texts(row -> row.origin().principal())
                        .texts(row -> row.origin().region())
                        .texts(row -> row.origin().traceparent())
                        .texts(row -> row.origin().tracestate())
                        .uuids(row -> row.state().dagId())
                        .texts(row -> row.task().key())
                        .texts(row -> row.task().taskType())
                        .texts(row -> row.task().payload())
                        .flags(row -> row.task().hasTemplates())
                        .texts(row -> row.state().priority())
                        .doubles(row -> row.task().estimatedComplexity())
                        .longs(row -> row.task().timeout().toMillis())
                        .ints(row -> row.retry().maxAttempts())
                        .longs(row -> row.retry().initialInterval().toMillis())
                        .doubles(row -> row.retry().backoffCoefficient())
                        .longs(row -> row.retry().maxInterval().toMillis())
                        .texts(row -> String.join(CODE_SEPARATOR, row.retry().nonRetryableCodes()))
                        .texts(row -> row.task().labels())
                        .texts(row -> row.state().createdAt())
                        .texts(row -> row.state().deadline())
                        .texts(TaskRow::selector)
                        .flags(row -> row.task().scheduling().preemptible())
                        .longs(row -> row.budget().costMicroUsd())
                        .longs(row -> row.budget().tokens())
                        .texts(row -> row.budget().onExceeded().name()))
                .update();
        states.insert(rows.stream().map(TaskRow::state).toList());
    }

    /** One task of a submission, and where it is. */
    record TaskRow(NewTask task, Origin origin, NewState state) {
        /**
         * The task at an index of a submission.
         *
         * @param outsideParents how many tasks submitted before it still has to wait for
         */
        static TaskRow of(Submission submission, int index, int outsideParents) {
            NewTask task = submission.tasks().get(index);
            NewDag dag = submission.dag();
            int waitingOn = outsideParents + (dag == null ? 0 : dag.parentCounts()[index]);
            Instant deadline = Stream.of(task.deadline(), dag == null ? null : dag.deadline())
                    .filter(Objects::nonNull)
                    .min(Comparator.naturalOrder())
                    .orElse(null);
            String selectorKey = task.scheduling().selector().key(task.taskType());
            NewState state = new NewState(
                    task.taskId(),
                    submission.origin().tenant(),
                    task.taskType(),
                    task.priority().name(),
                    waitingOn == 0 ? TaskStatus.QUEUED : TaskStatus.WAITING,
                    dag == null ? null : dag.dagId(),
                    dag == null ? null : index,
                    waitingOn,
                    dag == null ? 0 : dag.pathMillis()[index],
                    submission.createdAt().toString(),
                    deadline == null ? null : deadline.toString(),
                    // What its parent's outcome makes ready goes by type alone; a claim knows its line.
                    task.scheduling().needsClaim() || !selectorKey.isEmpty(),
                    selectorKey,
                    task.scheduling().limitKeys());
            return new TaskRow(task, submission.origin(), state);
        }

        @Nullable String selector() {
            TaskSelector selector = task.scheduling().selector();
            return selector.isAny() ? null : selector.json();
        }

        BudgetTerms budget() {
            return task.scheduling().budget();
        }

        RetryPolicy retry() {
            return task.retry();
        }
    }
}
