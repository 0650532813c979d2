package io.agentorchestrator.store.reading;

/** The columns of {@link TaskFacts}, and how they are read. */
final class TaskRow {
    /** Of {@code task t} joined with {@code task_state s}. */
    static final String COLUMNS = """
            t.task_id, t.dag_id, t.key, t.task_type, s.priority, s.status, t.estimated_complexity, t.timeout_millis,
            t.max_attempts, t.retry_initial_millis as initial_interval_millis, t.retry_coefficient as backoff_coefficient,
            t.retry_max_millis as max_interval_millis, t.non_retryable_codes, t.labels, s.attempt,\s""" + placement("s") + """
            , s.run_id, s.run_number, s.task_index as index, s.error_code, s.error_message, t.created_at,
            s.queued_at, coalesce(s.first_started_at, s.started_at) as started_at, s.started_at as attempt_started_at, s.ended_at,
            s.deadline, t.selector, t.preemptible, s.preemptions, s.preempted_for
            """;

    private TaskRow() {}

    /** The columns of {@link PlacementFacts}. */
    static String placement(String of) {
        return """
                %1$s.agent_id, %1$s.placement as reason, coalesce(%1$s.placed_among, 0) as among,
                coalesce(%1$s.placed_used, 0) as used, coalesce(%1$s.placed_slots, 0) as slots, %1$s.moved_from
                """.formatted(of);
    }
}
