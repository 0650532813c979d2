package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.HostResolver;
import io.agentorchestrator.store.address.ServiceAddress;
import io.agentorchestrator.store.agent.AgentCredentials;
import io.agentorchestrator.worker.config.AgentSettings;
import io.agentorchestrator.worker.config.DatabaseSettings;
import io.agentorchestrator.worker.config.RedisSettings;
import io.agentorchestrator.worker.config.TemporalSettings;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What this worker knows agents by, and where it speaks to them. */
@Configuration(proxyBeanMethods = false)
class AgentConfiguration {
    private static final int POSTGRESQL_PORT = 5432;
    private static final int REDIS_PORT = 6379;
    private static final int TEMPORAL_PORT = 7233;
    private static final int HTTP_PORT = 80;

    @Bean
    AgentCredentials agentCredentials(AgentSettings settings) {
        return new AgentCredentials(settings.key());
    }

    @Bean
    AddressCheck addressCheck(
            AgentSettings settings,
            DatabaseSettings database,
            RedisSettings redis,
            TemporalSettings temporal,
            Environment environment) {
        List<ServiceAddress> services = new ArrayList<>();
        services.addAll(ServiceAddress.of("PostgreSQL", database.url(), POSTGRESQL_PORT));
        services.addAll(ServiceAddress.of("Redis", redis.url(), REDIS_PORT));
        services.addAll(ServiceAddress.of("Temporal", temporal.address(), TEMPORAL_PORT));
        services.addAll(ServiceAddress.of("Temporal's Web UI", temporal.uiUrl(), HTTP_PORT));
        services.add(new ServiceAddress(
                "a worker", "127.0.0.1", environment.getProperty("server.port", Integer.class, HTTP_PORT)));
        settings.reserved().forEach(each -> services.addAll(ServiceAddress.of("another service", each, HTTP_PORT)));
        return new AddressCheck(settings.networks(), services, HostResolver.ofSystem());
    }
}
