package io.agentorchestrator.worker.config;

import io.agentorchestrator.workflows.model.Limits;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tasks leave the backlog.
 *
 * @param creditFactor tasks out of the backlog for each slot of the agents
 * @param maxStarts workflow starts that are outstanding at once; what accumulates meanwhile is the next group
 * @param maxClaim tasks taken in one transaction
 * @param minPace between two claims that took something at least: what accumulates meanwhile goes together, so that groups grow with the
 *     load; a task that finds the backlog at rest is claimed at once
 * @param maxPace the same after a claim of many tasks. A group costs Temporal as much as some dozens of tasks cost all others, so under load
 *     fewer and larger ones are worth a moment of waiting
 * @param maxGroupSize standalone tasks that are released together; 1 gives each a workflow of its own
 * @param poll how often the backlog is looked at without being told to
 * @param maxBatchSize tasks in a batch of a DAG: it returns for the sake of a few, and the rest is to be watched on then
 * @param maxGroupBatchSize tasks in a batch of a group, where nothing waits for it to return
 * @param maxBatchesInFlight batches of one run that are pending at once
 * @param localBatches whether batches of short tasks of a DAG may be dispatched within its workflow task, without a queue
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.release", ignoreUnknownFields = false)
public record ReleaseSettings(
        @DefaultValue("2.0") @DecimalMin("1.0") @DecimalMax("10.0") double creditFactor,

        @DefaultValue("4") @Min(1) @Max(100) int maxStarts,
        @DefaultValue("1000") @Min(1) @Max(10_000) int maxClaim,
        @DefaultValue("100ms") Duration minPace,
        @DefaultValue("400ms") Duration maxPace,

        @DefaultValue("500") @Min(1) @Max(Limits.MAX_GROUP_SIZE) int maxGroupSize,

        @DefaultValue("500ms") Duration poll,

        @DefaultValue("100") @Min(1) @Max(Limits.MAX_BATCH_SIZE) int maxBatchSize,

        @DefaultValue("500") @Min(1) @Max(Limits.MAX_BATCH_SIZE) int maxGroupBatchSize,

        @DefaultValue("100") @Min(1) @Max(1_000) int maxBatchesInFlight,
        @DefaultValue("true") boolean localBatches) {
    /** What the pace grows by with each task that a claim took. */
    private static final Duration PACE_PER_TASK = Duration.ofMillis(4);

    /** How long release rests after a claim of so many tasks. */
    public Duration pace(int claimed) {
        Duration earned = PACE_PER_TASK.multipliedBy(claimed);
        if (earned.compareTo(minPace) < 0) {
            return minPace;
        }
        return earned.compareTo(maxPace) < 0 ? earned : maxPace;
    }
}
