package io.agentorchestrator.api.shedding;

import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.Settings;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires load shedding. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SheddingProperties.class)
class SheddingConfiguration {

    /** Has the defaults until the limits were read. */
    @Bean
    AdmissionControl admissionControl(SheddingProperties properties) {
        return new AdmissionControl(
                new CapacityLimits(
                        FeatureFlags.LOAD_SHEDDING.setting().standard(),
                        Settings.MAX_OPEN_TASKS.standard(),
                        Settings.MAX_PARKED_TASKS.standard(),
                        Map.of(),
                        1),
                properties.countInterval().dividedBy(2));
    }
}
