package io.agentorchestrator.worker.config;

import io.agentorchestrator.workflows.model.Limits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of how tasks leave the backlog.
 *
 * @param maxStarts workflow starts that are outstanding at once; what accumulates meanwhile is the next group
 * @param maxClaim tasks taken in one transaction
 * @param startInterval between two starts of groups under load, at least; longer while Temporal takes long to start them. What accumulates meanwhile goes
 *     together, so that groups are large under load; a task that finds the system at rest starts at once
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
        @DefaultValue("4") @Min(1) @Max(100) int maxStarts,
        @DefaultValue("1000") @Min(1) @Max(10_000) int maxClaim,
        @DefaultValue("50ms") Duration startInterval,

        @DefaultValue("500") @Min(1) @Max(Limits.MAX_GROUP_SIZE) int maxGroupSize,

        @DefaultValue("500ms") Duration poll,

        @DefaultValue("100") @Min(1) @Max(Limits.MAX_BATCH_SIZE) int maxBatchSize,

        @DefaultValue("500") @Min(1) @Max(Limits.MAX_BATCH_SIZE) int maxGroupBatchSize,

        @DefaultValue("100") @Min(1) @Max(1_000) int maxBatchesInFlight,
        @DefaultValue("true") boolean localBatches) {}
