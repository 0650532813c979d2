package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires gauges. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {
    @Bean
    ClusterGauges clusterGauges(
            DataSource dataSource, DeadLetterDelivery deadLetters, AgentTrust trust, MeterRegistry registry) {
        return new ClusterGauges(dataSource, deadLetters, trust, registry);
    }
}
