package io.agentorchestrator.api.caller;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where this process runs.
 *
 * @param region goes on every submission that it accepts
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.deployment", ignoreUnknownFields = false)
record DeploymentProperties(@NotBlank String region) {}
