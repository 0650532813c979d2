package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.submission.SubmissionStore;
import io.agentorchestrator.workflows.model.Uuid7;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Admission and what names and dates its submissions. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AdmissionProperties.class)
class AdmissionConfiguration {

    @Bean
    Admission admission(
            SubmissionStore store, StoreFailures failures, AdmissionProperties properties, MeterRegistry metrics) {
        return new Admission(store::insert, failures, properties, metrics);
    }

    @Bean
    Uuid7 ids(Clock clock) {
        return new Uuid7(clock);
    }
}
