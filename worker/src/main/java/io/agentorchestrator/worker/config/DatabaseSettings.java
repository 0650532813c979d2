package io.agentorchestrator.worker.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the store is.
 *
 * @param url JDBC URL
 * @param poolSize connections; each pending batch uses one for moments only
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.database", ignoreUnknownFields = false)
public record DatabaseSettings(
        @NotBlank String url,
        @NotBlank String user,
        @DefaultValue("") String password,
        @DefaultValue("16") @Min(4) @Max(500) int poolSize) {}
