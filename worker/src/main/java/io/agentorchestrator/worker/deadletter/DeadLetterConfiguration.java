package io.agentorchestrator.worker.deadletter;

import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.worker.config.DeadLetterSettings;
import io.agentorchestrator.worker.config.RedisSettings;
import io.agentorchestrator.worker.deadletter.DeadLetterDeliverer.Rhythm;
import io.agentorchestrator.workflows.model.Uuid7;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the delivery of dead letters. */
@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {
    @Bean
    WakeSignal deadLetterWake() {
        return new WakeSignal();
    }

    /** It connects when the stream is written to; a connection that breaks is given up, and another opened in its place. */
    @Bean(destroyMethod = "shutdown")
    RedisClient deadLetterRedis(RedisSettings settings) {
        RedisClient client = RedisClient.create(settings.uri());
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.timeout())
                        .build())
                .build());
        return client;
    }

    @Bean
    DeadLetterDelivery deadLetterDelivery(DataSource dataSource, Schema migrated) {
        return new DeadLetterDelivery(dataSource);
    }

    @Bean
    DeadLetterDeliverer deadLetterDeliverer(
            DataSource dataSource,
            DeadLetterDelivery delivery,
            @Qualifier("deadLetterRedis") RedisClient redis,
            RedisSettings redisSettings,
            DeadLetterSettings settings,
            LiveSettings live,
            MeterRegistry registry,
            Uuid7 ids,
            WakeSignal deadLetterWake) {
        DeadLetterMetrics metrics = DeadLetterMetrics.in(registry);
        StreamFollower follower = new StreamFollower(
                delivery,
                new DeadLetterStore(dataSource, ids),
                new DeadLetterStream(redis, redisSettings.uri()),
                metrics,
                Rhythm.DEFAULT);
        return new DeadLetterDeliverer(
                delivery,
                follower,
                settings,
                () -> live.get(Settings.RETENTION_DEAD_LETTERS),
                metrics,
                Rhythm.DEFAULT,
                deadLetterWake);
    }
}
