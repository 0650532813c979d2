package io.agentorchestrator.api.agent;

import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.HostResolver;
import io.agentorchestrator.store.address.ServiceAddress;
import io.agentorchestrator.store.agent.AgentCredentials;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What the registry needs to know of the installation. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AgentProperties.class)
class AgentConfiguration {
    private static final int POSTGRESQL_PORT = 5432;
    private static final int REDIS_PORT = 6379;
    private static final int TEMPORAL_PORT = 7233;
    private static final int HTTP_PORT = 80;
    private static final String LOOPBACK = "127.0.0.1";

    /** The API does not start where strangers could register agents. */
    @Bean
    Enrolment enrolment(AgentProperties properties, Environment environment) {
        return Enrolment.of(properties.token(), environment.getProperty("server.address", ""));
    }

    @Bean
    AgentCredentials agentCredentials(AgentProperties properties) {
        return new AgentCredentials(properties.key());
    }

    @Bean
    AddressCheck addressCheck(AgentProperties properties, Environment environment) {
        List<ServiceAddress> services = new ArrayList<>();
        services.addAll(ServiceAddress.of(
                "PostgreSQL", environment.getProperty("orchestrator.database.url", ""), POSTGRESQL_PORT));
        services.addAll(ServiceAddress.of(
                "Redis", environment.getProperty("orchestrator.redis.url", "redis://127.0.0.1:6379"), REDIS_PORT));
        services.addAll(ServiceAddress.of(
                "Temporal", environment.getProperty("orchestrator.temporal.address", "127.0.0.1:7233"), TEMPORAL_PORT));
        services.addAll(ServiceAddress.of(
                "Temporal's Web UI", environment.getProperty("orchestrator.temporal.ui-url", ""), HTTP_PORT));
        String listening = environment.getProperty("server.address", "");
        services.add(new ServiceAddress(
                "the API",
                listening.isBlank() ? LOOPBACK : listening.strip(),
                environment.getProperty("server.port", Integer.class, HTTP_PORT)));
        properties.reserved().forEach(each -> services.addAll(ServiceAddress.of("another service", each, HTTP_PORT)));
        return new AddressCheck(properties.networks(), services, HostResolver.ofSystem());
    }
}
