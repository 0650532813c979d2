package io.agentorchestrator.api.submission;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fields that a submission sets for a task; the others are absent. A DAG's {@code defaults} have the same. */
public record TaskFields(
        @Nullable String taskType,
        @Nullable Payload payload,
        @Nullable Priority priority,
        @Nullable Double estimatedComplexity,
        @Nullable Duration timeout,
        RetryFields retry,
        @Nullable SortedMap<String, String> labels,
        @Nullable Dependencies dependencies,
        @Nullable Instant deadline,
        @Nullable TaskSelector selector,
        @Nullable Boolean preemptible,
        BudgetFields budget) {

    /** A submission that says nothing. */
    public static final TaskFields NONE = new TaskFields(
            null,
            null,
            null,
            null,
            null,
            new RetryFields(null, null, null, null, null),
            null,
            null,
            null,
            null,
            null,
            BudgetFields.NONE);

    private static final double DEFAULT_COMPLEXITY = 1.0;

    /** These fields, and where they say nothing, what the defaults say; labels and retry add up field by field. */
    public TaskFields over(TaskFields defaults) {
        return new TaskFields(
                either(taskType, defaults.taskType),
                either(payload, defaults.payload),
                either(priority, defaults.priority),
                either(estimatedComplexity, defaults.estimatedComplexity),
                either(timeout, defaults.timeout),
                retry.over(defaults.retry),
                merged(labels, defaults.labels),
                either(dependencies, defaults.dependencies),
                either(deadline, defaults.deadline),
                either(selector, defaults.selector),
                either(preemptible, defaults.preemptible),
                budget.over(defaults.budget));
    }

    /** The task's type; only for fields that were checked to have one. */
    public String requiredType() {
        if (taskType == null) {
            throw new IllegalStateException("a task without a type was not refused");
        }
        return taskType;
    }

    public Payload payloadOrEmpty() {
        return payload == null ? Payload.EMPTY : payload;
    }

    public Priority priorityOr(@Nullable Priority otherwise) {
        return orElse(either(priority, otherwise), Priority.NORMAL);
    }

    public double complexity() {
        return orElse(estimatedComplexity, DEFAULT_COMPLEXITY);
    }

    public Duration timeoutOrDefault() {
        return orElse(timeout, Limits.DEFAULT_TIMEOUT);
    }

    public SortedMap<String, String> labelsOrNone() {
        return orElse(labels, new TreeMap<>());
    }

    /** The agents that the task may go to. */
    public TaskSelector selectorOrAny() {
        return orElse(selector, TaskSelector.ANY);
    }

    public Dependencies dependenciesOrNone() {
        return orElse(dependencies, Dependencies.NONE);
    }

    public boolean preemptibleOrNot() {
        return orElse(preemptible, false);
    }

    private static @Nullable SortedMap<String, String> merged(
            @Nullable SortedMap<String, String> labels, @Nullable SortedMap<String, String> defaults) {
        if (labels == null || defaults == null) {
            return either(labels, defaults);
        }
        SortedMap<String, String> merged = new TreeMap<>(defaults);
        merged.putAll(labels);
        return merged;
    }

    private static <T> @Nullable T either(@Nullable T value, @Nullable T otherwise) {
        return value == null ? otherwise : value;
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /** The fields that a submission sets for a task's retries. */
    public record RetryFields(
            @Nullable Integer maxAttempts,
            @Nullable Duration initialInterval,
            @Nullable Double backoffCoefficient,
            @Nullable Duration maxInterval,
            @Nullable List<String> nonRetryableCodes) {

        RetryFields over(RetryFields defaults) {
            return new RetryFields(
                    either(maxAttempts, defaults.maxAttempts),
                    either(initialInterval, defaults.initialInterval),
                    either(backoffCoefficient, defaults.backoffCoefficient),
                    either(maxInterval, defaults.maxInterval),
                    either(nonRetryableCodes, defaults.nonRetryableCodes));
        }

        /** The policy. If only the first interval is set, the longest one is no shorter than that. */
        public RetryPolicy policy() {
            RetryPolicy standard = RetryPolicy.DEFAULT;
            Duration initial = orElse(initialInterval, standard.initialInterval());
            Duration longest = standard.maxInterval().compareTo(initial) < 0 ? initial : standard.maxInterval();
            return new RetryPolicy(
                    orElse(maxAttempts, standard.maxAttempts()),
                    initial,
                    orElse(backoffCoefficient, standard.backoffCoefficient()),
                    orElse(maxInterval, longest),
                    orElse(nonRetryableCodes, standard.nonRetryableCodes()));
        }
    }
}
