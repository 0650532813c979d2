package io.agentorchestrator.worker.config;

import io.lettuce.core.RedisURI;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where Redis is, which holds what may be lost or rebuilt: no worker needs it to start, or to be ready. Stacks that share a server
 * need a database each ({@code redis://host:6379/1}), since the names of their keys are the same.
 *
 * @param url such as {@code redis://:password@host:6379/0}, {@code rediss://} for TLS
 * @param timeout of a connection and of a command
 */
@Validated
@ConfigurationProperties(prefix = "orchestrator.redis", ignoreUnknownFields = false)
public record RedisSettings(
        @DefaultValue("redis://127.0.0.1:6379") @NotBlank String url,
        @DefaultValue("1s") Duration timeout) {
    public RedisSettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("orchestrator.redis.timeout must be positive");
        }
    }

    /**
     * Where to connect.
     *
     * @throws IllegalArgumentException if the url is none of Redis
     */
    public RedisURI uri() {
        try {
            RedisURI uri = RedisURI.create(url);
            uri.setTimeout(timeout);
            return uri;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "orchestrator.redis.url is no URL of Redis, such as redis://127.0.0.1:6379", e);
        }
    }
}
