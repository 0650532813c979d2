package io.agentorchestrator.store.submission;

import io.agentorchestrator.store.state.SubmissionWrites;
import io.agentorchestrator.store.state.SubmissionWrites.NewState;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Up to {@value #CAPACITY} new tasks, as columns for one multi-row insert, and where they are. */
final class TaskRows {
    static final int CAPACITY = 1_000;
    private static final String CODE_SEPARATOR = "\u001f";

    private final UUID[] taskIds;
    private final String[] tenants;
    private final String[] principals;
    private final String[] regions;
    private final @Nullable String[] traceparents;
    private final @Nullable String[] tracestates;
    private final @Nullable UUID[] dagIds;
    private final @Nullable String[] keys;
    private final String[] taskTypes;
    private final String[] payloads;
    private final Boolean[] templates;
    private final String[] priorities;
    private final Double[] complexities;
    private final Long[] timeoutsMillis;
    private final Integer[] maxAttempts;
    private final Long[] initialMillis;
    private final Double[] coefficients;
    private final Long[] maxMillis;
    private final String[] codes;
    private final String[] labels;
    private final String[] createdAt;
    private final @Nullable String[] deadlines;
    private final @Nullable Integer[] indexes;
    private final Integer[] waitingOn;

    TaskRows(List<TaskRow> rows) {
        int size = rows.size();
        taskIds = new UUID[size];
        tenants = new String[size];
        principals = new String[size];
        regions = new String[size];
        traceparents = new @Nullable String[size];
        tracestates = new @Nullable String[size];
        dagIds = new @Nullable UUID[size];
        keys = new @Nullable String[size];
        taskTypes = new String[size];
        payloads = new String[size];
        templates = new Boolean[size];
        priorities = new String[size];
        complexities = new Double[size];
        timeoutsMillis = new Long[size];
        maxAttempts = new Integer[size];
        initialMillis = new Long[size];
        coefficients = new Double[size];
        maxMillis = new Long[size];
        codes = new String[size];
        labels = new String[size];
        createdAt = new String[size];
        deadlines = new @Nullable String[size];
        indexes = new @Nullable Integer[size];
        waitingOn = new Integer[size];
        for (int at = 0; at < size; at++) {
            set(at, rows.get(at));
        }
    }

    private void set(int at, TaskRow row) {
        NewTask task = row.task();
        Submission submission = row.submission();
        Origin origin = submission.origin();
        NewDag dag = submission.dag();
        RetryPolicy retry = task.retry();
        taskIds[at] = task.taskId();
        tenants[at] = origin.tenant();
        principals[at] = origin.principal();
        regions[at] = origin.region();
        traceparents[at] = origin.traceparent();
        tracestates[at] = origin.tracestate();
        keys[at] = task.key();
        taskTypes[at] = task.taskType();
        payloads[at] = task.payload();
        templates[at] = task.hasTemplates();
        priorities[at] = task.priority().name();
        complexities[at] = task.estimatedComplexity();
        timeoutsMillis[at] = task.timeout().toMillis();
        maxAttempts[at] = retry.maxAttempts();
        initialMillis[at] = retry.initialInterval().toMillis();
        coefficients[at] = retry.backoffCoefficient();
        maxMillis[at] = retry.maxInterval().toMillis();
        codes[at] = String.join(CODE_SEPARATOR, retry.nonRetryableCodes());
        labels[at] = task.labels();
        createdAt[at] = submission.createdAt().toString();
        deadlines[at] = deadline(task, dag);
        dagIds[at] = dag == null ? null : dag.dagId();
        indexes[at] = dag == null ? null : row.index();
        waitingOn[at] = row.outsideParents() + (dag == null ? 0 : dag.parentCounts()[row.index()]);
    }

    private static @Nullable String deadline(NewTask task, @Nullable NewDag dag) {
        Instant own = task.deadline();
        Instant ofDag = dag == null ? null : dag.deadline();
        if (own == null || ofDag == null) {
            return own == null ? (ofDag == null ? null : ofDag.toString()) : own.toString();
        }
        return (own.isBefore(ofDag) ? own : ofDag).toString();
    }

    void insert(JdbcClient client) {
        insertTasks(client);
        new SubmissionWrites(client).insert(states());
    }

    private void insertTasks(JdbcClient client) {
        client.sql("""
                        insert into task (task_id, tenant, principal, region, traceparent, tracestate, dag_id, key, task_type,
                          payload, has_templates, priority, estimated_complexity, timeout_millis, max_attempts,
                          retry_initial_millis, retry_coefficient, retry_max_millis, non_retryable_codes, labels, created_at,
                          deadline)
                        select r.task_id, r.tenant, r.principal, r.region, r.traceparent, r.tracestate, r.dag_id, r.key,
                          r.task_type, r.payload::json, r.has_templates, r.priority::priority_key, r.complexity,
                          r.timeout_millis, r.max_attempts, r.initial_millis, r.coefficient, r.max_millis,
                          string_to_array(r.codes, chr(31)), r.labels::jsonb, r.created_at::timestamptz, r.deadline::timestamptz
                        from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::text[],
                          ?::text[], ?::text[], ?::boolean[], ?::text[], ?::double precision[], ?::bigint[], ?::integer[],
                          ?::bigint[], ?::double precision[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
                          as r (task_id, tenant, principal, region, traceparent, tracestate, dag_id, key, task_type, payload,
                            has_templates, priority, complexity, timeout_millis, max_attempts, initial_millis, coefficient,
                            max_millis, codes, labels, created_at, deadline)
                        on conflict (task_id) do nothing
                        """)
                .params(List.of(
                        taskIds,
                        tenants,
                        principals,
                        regions,
                        traceparents,
                        tracestates,
                        dagIds,
                        keys,
                        taskTypes,
                        payloads,
                        templates,
                        priorities,
                        complexities,
                        timeoutsMillis,
                        maxAttempts,
                        initialMillis,
                        coefficients,
                        maxMillis,
                        codes,
                        labels,
                        createdAt,
                        deadlines))
                .update();
    }

    private List<NewState> states() {
        List<NewState> states = new ArrayList<>(taskIds.length);
        for (int at = 0; at < taskIds.length; at++) {
            states.add(new NewState(
                    taskIds[at],
                    tenants[at],
                    taskTypes[at],
                    priorities[at],
                    waitingOn[at] == 0 ? TaskStatus.QUEUED : TaskStatus.WAITING,
                    dagIds[at],
                    indexes[at],
                    waitingOn[at],
                    createdAt[at],
                    deadlines[at]));
        }
        return states;
    }

    /**
     * One task of a submission, and its position there.
     *
     * @param outsideParents how many tasks submitted before it still has to wait for
     */
    record TaskRow(Submission submission, NewTask task, int index, int outsideParents) {}
}
