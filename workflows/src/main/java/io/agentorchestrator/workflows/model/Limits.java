package io.agentorchestrator.workflows.model;

import java.time.Duration;

/** The bounds of the product; each is enforced where its subject enters, with an error that names it. */
public final class Limits {
    public static final int MAX_TASKS_PER_DAG = 10_000;
    public static final int MAX_TASKS_PER_BATCH = 1_000;
    /** Dependencies in one DAG, counted over all its tasks. */
    public static final int MAX_EDGES_PER_DAG = 1_000_000;
    /** Tasks outside its own DAG that one task may depend on. */
    public static final int MAX_DEPENDENCIES = 1_000;

    public static final int MAX_PAYLOAD_BYTES = 256 * 1024;
    /** Of a payload whose templates are resolved, as it goes to an agent. */
    public static final int MAX_RESOLVED_PAYLOAD_BYTES = 2 * 1024 * 1024;

    public static final int MAX_RESULT_BYTES = 1024 * 1024;
    /** Levels of nesting in a result: with the answers around it, within the 500 that readers of JSON mostly take. */
    public static final int MAX_RESULT_DEPTH = 400;
    /** Characters of a number in a result. */
    public static final int MAX_RESULT_NUMBER_LENGTH = 1_000;
    /** Characters of a name in a result. */
    public static final int MAX_RESULT_NAME_LENGTH = 50_000;

    public static final int MAX_CHECKPOINT_BYTES = 256 * 1024;
    /** Of what an agent says of a task's progress; more is cut off. */
    public static final int MAX_PROGRESS_MESSAGE_BYTES = 1024;
    /** Of a whole request to submit a DAG or a batch. */
    public static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;
    /** Of a compact plan as it enters a workflow's history, compressed. */
    public static final int MAX_PLAN_BYTES = 1024 * 1024;

    public static final int MAX_KEY_LENGTH = 100;
    public static final int MAX_NAME_LENGTH = 200;
    public static final int MAX_LABELS = 64;
    public static final int MAX_LABEL_LENGTH = 256;
    public static final int MAX_INPUTS = 256;
    public static final int MAX_JSON_DEPTH = 64;
    public static final int MAX_TEMPLATES_PER_PAYLOAD = 1_000;
    public static final int MAX_ERROR_CODE_LENGTH = 100;
    public static final int MAX_ERROR_MESSAGE_LENGTH = 4_096;
    /** Of what somebody says when commanding something. */
    public static final int MAX_REASON_LENGTH = 1_000;

    public static final int MAX_ATTEMPTS = 100;
    public static final double MAX_BACKOFF_COEFFICIENT = 100.0;
    public static final int MAX_NON_RETRYABLE_CODES = 64;
    /** Times that a task is stopped for others, at most, in one run. */
    public static final int MAX_PREEMPTIONS = 3;
    /** Time that a task runs before it may be stopped for another: what is stopped again and again still gets on. */
    public static final Duration LEAST_RUN_BEFORE_PREEMPTION = Duration.ofSeconds(1);
    /** Dispatches within one attempt, before the task goes back to the backlog. */
    public static final int MAX_EPOCHS_PER_ATTEMPT = 10;

    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
    public static final Duration MAX_TIMEOUT = Duration.ofDays(7);
    public static final Duration MAX_RETRY_INTERVAL = Duration.ofDays(1);

    /** Standalone tasks that are released together at most. */
    public static final int MAX_GROUP_SIZE = 500;
    /** Tasks in one batch at most. */
    public static final int MAX_BATCH_SIZE = 500;

    /** Time for which an open circuit breaker lets nothing through to its agent. */
    public static final Duration BREAKER_OPEN_FOR = Duration.ofSeconds(60);

    /** Tasks that are looked at to count queues, waiting ones and others each. */
    public static final int MAX_COUNTED_TASKS = 500_000;

    public static final int MAX_TYPES_PER_AGENT = 100;
    public static final int MAX_SLOTS_PER_AGENT = 100_000;

    private Limits() {}
}
