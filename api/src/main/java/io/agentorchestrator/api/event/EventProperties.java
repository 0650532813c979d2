package io.agentorchestrator.api.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The bounds of event streams.
 *
 * @param maxSubscribers streams that this process serves at once
 * @param concurrentReads connections that all of them together take from the pool at most
 * @param maxKept events kept in memory for subscribers to take; one that is further behind is cut off
 * @param pollInterval how often the store is asked for news, once for all subscribers
 * @param commentInterval how often a stream without events says that it is alive, which also finds clients that went away
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.events", ignoreUnknownFields = false)
record EventProperties(
        @Min(1) @Max(100_000) int maxSubscribers,
        @Min(1) @Max(100) int concurrentReads,
        @Min(100) @Max(1_000_000) int maxKept,
        @NotNull Duration pollInterval,
        @NotNull Duration commentInterval) {}
