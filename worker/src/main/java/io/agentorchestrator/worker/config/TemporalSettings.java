package io.agentorchestrator.worker.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where Temporal is, and how much of it one worker takes.
 *
 * @param address of the frontend, host:port
 * @param uiUrl of the Web UI; links only
 * @param maxBatches dispatch activities that this worker runs at once
 * @param gzip whether gRPC to Temporal is compressed; off pays on a fast network
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.temporal", ignoreUnknownFields = false)
public record TemporalSettings(
        @DefaultValue("127.0.0.1:7233") @NotBlank String address,
        @DefaultValue("default") @NotBlank String namespace,
        @DefaultValue("http://127.0.0.1:8233") String uiUrl,
        @DefaultValue("1000") @Min(1) @Max(10_000) int maxBatches,
        @DefaultValue("false") boolean gzip) {}
