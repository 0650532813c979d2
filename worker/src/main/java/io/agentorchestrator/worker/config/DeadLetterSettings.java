package io.agentorchestrator.worker.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The number of dead letters that are kept open: the oldest beyond are deleted. For how long is the setting
 * {@code retention_dead_letters}.
 *
 * @param maxEntries open ones, of all tenants together
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.dead-letters", ignoreUnknownFields = false)
public record DeadLetterSettings(
        @DefaultValue("100000") @Min(1) @Max(10_000_000) int maxEntries) {}
