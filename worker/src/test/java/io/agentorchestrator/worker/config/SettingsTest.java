package io.agentorchestrator.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void anUrlThatIsNoneOfRedisIsNamed() {
        RedisSettings settings = new RedisSettings("localhost:6379", Duration.ofSeconds(1));

        assertThatIllegalArgumentException().isThrownBy(settings::uri).withMessageContaining("orchestrator.redis.url");
    }

    @Test
    void commandsToRedisHaveTheTimeout() {
        RedisSettings settings = new RedisSettings("redis://:secret@example.org:6380/2", Duration.ofMillis(300));

        assertThat(settings.uri().getTimeout()).isEqualTo(Duration.ofMillis(300));
        assertThat(settings.uri().getDatabase()).isEqualTo(2);
    }

    @Test
    void timesArePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedisSettings("redis://localhost", Duration.ZERO))
                .withMessageContaining("orchestrator.redis.timeout");
    }
}
