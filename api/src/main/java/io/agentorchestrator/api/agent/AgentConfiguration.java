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

/** Wires what the registry needs to know of the installation. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AgentProperties.class)
class AgentConfiguration {
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
        services.addAll(ServiceAddress.ofPostgresql(environment.getProperty("orchestrator.database.url", "")));
        services.addAll(
                ServiceAddress.ofRedis(environment.getProperty("orchestrator.redis.url", "redis://127.0.0.1:6379")));
        services.addAll(ServiceAddress.ofTemporal(
                environment.getProperty("orchestrator.temporal.address", "127.0.0.1:7233"),
                environment.getProperty("orchestrator.temporal.ui-url", "")));
        String listening = environment.getProperty("server.address", "");
        services.add(new ServiceAddress(
                "the API",
                listening.isBlank() ? LOOPBACK : listening.strip(),
                environment.getProperty("server.port", Integer.class, ServiceAddress.HTTP_PORT)));
        services.addAll(ServiceAddress.ofOthers(properties.reserved()));
        return new AddressCheck(properties.networks(), services, HostResolver.ofSystem());
    }
}
