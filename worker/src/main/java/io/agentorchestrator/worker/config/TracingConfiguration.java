package io.agentorchestrator.worker.config;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Traces by the standard OTEL_ variables; nothing is exported while no OTLP endpoint is named. */
@Configuration(proxyBeanMethods = false)
class TracingConfiguration {
    @Bean(destroyMethod = "close")
    OpenTelemetrySdk openTelemetry() {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> defaults(System.getenv()))
                .build()
                .getOpenTelemetrySdk();
    }

    static Map<String, String> defaults(Map<String, String> environment) {
        Map<String, String> defaults = new HashMap<>();
        defaults.put("otel.service.name", "orchestrator-worker");
        defaults.put("otel.metrics.exporter", "none");
        defaults.put("otel.logs.exporter", "none");
        boolean hasEndpoint = environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
                || environment.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        defaults.put("otel.traces.exporter", hasEndpoint ? "otlp" : "none");
        String rate = environment.get("OTEL_SAMPLING_RATE");
        if (rate != null) {
            defaults.put("otel.traces.sampler", "parentbased_traceidratio");
            defaults.put("otel.traces.sampler.arg", rate);
        }
        return defaults;
    }
}
