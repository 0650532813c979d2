package io.agentorchestrator.worker.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long dead letters are kept open: the oldest beyond either bound are deleted.
 *
 * @param maxEntries open ones, of all tenants together
 * @param maxAge since they were given their entry id
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.dead-letters", ignoreUnknownFields = false)
public record DeadLetterSettings(
        @DefaultValue("100000") @Min(1) @Max(10_000_000) int maxEntries,
        @DefaultValue("30d") Duration maxAge) {
    public DeadLetterSettings {
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("orchestrator.dead-letters.max-age must be positive");
        }
    }
}
