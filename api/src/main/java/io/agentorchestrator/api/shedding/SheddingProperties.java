package io.agentorchestrator.api.shedding;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The pace of load shedding.
 *
 * @param countInterval between two counts of open tasks at least
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.shedding", ignoreUnknownFields = false)
record SheddingProperties(@NotNull Duration countInterval) {}
