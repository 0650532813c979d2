package io.agentorchestrator.api.workflow;

import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The configuration of Temporal that the API needs to name workflows; it never speaks to Temporal.
 *
 * @param uiUrl of Temporal's Web UI as people reach it
 * @param address of Temporal's frontend, which no agent may give as its own; absent: the usual one on this machine
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.temporal", ignoreUnknownFields = false)
record TemporalProperties(
        @NotBlank String namespace,
        @NotBlank String uiUrl,
        @Nullable String address) {}
