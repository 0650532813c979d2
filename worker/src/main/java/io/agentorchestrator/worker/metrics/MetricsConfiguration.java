package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.schema.Schema;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires gauges and housekeeping. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {
    @Bean
    ClusterGauges clusterGauges(DataSource dataSource, MeterRegistry registry, Schema migrated) {
        return new ClusterGauges(dataSource, registry);
    }

    @Bean
    Housekeeping housekeeping(Schema schema) {
        return new Housekeeping(schema);
    }
}
