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
 * @param poll how often the backlog is looked at without being told to
 * @param maxLotSize tasks in a lot
 * @param maxLotsInFlight lots of one run that are pending at once
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.release", ignoreUnknownFields = false)
public record ReleaseSettings(
        @DefaultValue("2.0") @DecimalMin("1.0") @DecimalMax("10.0") double creditFactor,

        @DefaultValue("4") @Min(1) @Max(100) int maxStarts,
        @DefaultValue("1000") @Min(1) @Max(10_000) int maxClaim,
        @DefaultValue("500ms") Duration poll,

        @DefaultValue("50") @Min(1) @Max(Limits.MAX_LOT_SIZE) int maxLotSize,

        @DefaultValue("100") @Min(1) @Max(1_000) int maxLotsInFlight) {}
