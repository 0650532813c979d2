package io.agentorchestrator.api.database;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Configuration of the connections to PostgreSQL.
 *
 * @param url of JDBC
 * @param poolSize connections at most
 * @param readingPoolSize connections at most for lists and event streams, apart from those: who reads much keeps no submission waiting
 * @param connectionTimeout how long a request waits for a connection
 * @param statementTimeout how long a statement may take; the connection is given up two seconds later
 * @param readingTimeout the same of lists and event streams
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.database", ignoreUnknownFields = false)
record DatabaseProperties(
        @NotBlank String url,
        @NotBlank String user,
        @NotNull String password,
        @Min(2) @Max(500) int poolSize,
        @Min(1) @Max(500) int readingPoolSize,
        @NotNull Duration connectionTimeout,
        @NotNull Duration statementTimeout,
        @NotNull Duration readingTimeout) {}
