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

/** Wires what this worker knows agents by, and where it speaks to them. */
@Configuration(proxyBeanMethods = false)
class FleetConfiguration {
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
        services.addAll(ServiceAddress.ofPostgresql(database.url()));
        services.addAll(ServiceAddress.ofRedis(redis.url()));
        services.addAll(ServiceAddress.ofTemporal(temporal.address(), temporal.uiUrl()));
        services.add(new ServiceAddress(
                "a worker",
                "127.0.0.1",
                environment.getProperty("server.port", Integer.class, ServiceAddress.HTTP_PORT)));
        services.addAll(ServiceAddress.ofOthers(settings.reserved()));
        return new AddressCheck(settings.networks(), services, HostResolver.ofSystem());
    }
}
