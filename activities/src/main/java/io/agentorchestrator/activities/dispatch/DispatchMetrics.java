package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.template.MissingReferenceException;
import io.agentorchestrator.workflows.template.PayloadTooLargeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** Metrics of dispatch, by the names of the published contract. Thread-safe. */
final class DispatchMetrics {
    private static final String TYPE = "agent_type";
    private static final double MICROS = 1_000_000.0;

    /** Task types of their own in counters; no type begins as that of the others does. */
    static final int MAX_TYPES = 200;

    static final String OTHER_TYPES = "_other";
    /** Agents' own error codes of their own in counters, beside ours. */
    static final int MAX_CODES = 50;

    static final String OTHER_CODES = "OTHER";
    private static final Set<String> OUR_CODES = Set.of(
            OutcomeMapping.AGENT_LOST,
            OutcomeMapping.AGENT_STOPPED,
            OutcomeMapping.AGENT_ERROR,
            OutcomeMapping.TIMEOUT,
            OutcomeMapping.LEASE_EXPIRED,
            OutcomeMapping.PROTOCOL_BROKEN,
            OutcomeMapping.MESSAGE_TOO_LARGE,
            OutcomeMapping.INVALID_RESULT,
            OutcomeMapping.PAYLOAD_FAILED,
            OutcomeMapping.RESULT_TOO_LARGE,
            OutcomeMapping.RESULT_TOO_DEEP,
            EndCodes.DEADLINE_EXCEEDED,
            EndCodes.BUDGET_EXCEEDED,
            PayloadTooLargeException.CODE,
            MissingReferenceException.CODE);

    private final LabelValues types = new LabelValues(Set.of(), MAX_TYPES, OTHER_TYPES);
    private final LabelValues codes = new LabelValues(OUR_CODES, MAX_CODES, OTHER_CODES);
    private final MeterRegistry registry;

    DispatchMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void assigned(BatchTask task, Instant now) {
        registry.counter("agent_tasks_assigned", TYPE, types.of(task.taskType()))
                .increment();
        if (task.queuedAt() != null) {
            timer("task_queue_wait", task).record(positive(Duration.between(task.queuedAt(), now)));
        }
    }

    void ended(BatchTask task, AttemptOutcome outcome, Instant now) {
        String status = outcome.outcome().name().toLowerCase(Locale.ROOT);
        registry.counter("agent_tasks_completed", TYPE, types.of(task.taskType()), "status", status)
                .increment();
        if (outcome.errorCode() != null && outcome.outcome() == AttemptEnd.Outcome.FAILED) {
            registry.counter(
                            "agent_task_errors", TYPE, types.of(task.taskType()), "code", codes.of(outcome.errorCode()))
                    .increment();
        }
        if (outcome.usage().costMicroUsd() > 0) {
            registry.counter("task_cost_usd", TYPE, types.of(task.taskType()))
                    .increment(outcome.usage().costMicroUsd() / MICROS);
        }
        if (outcome.outcome() == AttemptEnd.Outcome.COMPLETED) {
            timer("task_completion", task).record(positive(Duration.between(task.createdAt(), now)));
        }
    }

    /** An outcome that came after its task had moved on, or came again; it is dropped. */
    void late(String taskType) {
        registry.counter("agent_late_outcomes", TYPE, types.of(taskType)).increment();
    }

    void refused(String taskType) {
        registry.counter("agent_refusals", TYPE, types.of(taskType)).increment();
    }

    void rerouted(String taskType) {
        registry.counter("agent_tasks_rerouted", TYPE, types.of(taskType)).increment();
    }

    void preempted(String taskType) {
        registry.counter("tasks_preempted", TYPE, types.of(taskType)).increment();
    }

    void checkpointTooLarge(String taskType) {
        registry.counter("agent_checkpoints_dropped", TYPE, types.of(taskType)).increment();
    }

    private Timer timer(String name, BatchTask task) {
        return Timer.builder(name)
                .tag("priority", task.priority().name())
                .serviceLevelObjectives(Buckets.SECONDS)
                .register(registry);
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    /** Histogram buckets from 5 ms to 10 min. */
    private static final class Buckets {
        static final Duration[] SECONDS = {
            Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
            Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30),
            Duration.ofSeconds(60), Duration.ofSeconds(300), Duration.ofSeconds(600)
        };
    }
}
