package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DispatchMetricsTest {
    private static final int MANY = 100_000;

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void manyTaskTypesMakeFewSeriesAndNothingIsLeftUncounted() {
        DispatchMetrics metrics = new DispatchMetrics(registry);

        for (int number = 0; number < MANY; number++) {
            metrics.refused("type-" + number);
        }
        metrics.refused("type-0");

        assertThat(registry.find("agent_refusals").counters()).hasSize(DispatchMetrics.MAX_TYPES + 1);
        assertThat(refusals("type-0")).isEqualTo(2);
        assertThat(refusals(DispatchMetrics.OTHER_TYPES)).isEqualTo(MANY - DispatchMetrics.MAX_TYPES);
    }

    @Test
    void knownValuesTakeNoPlaceOfOthers() {
        LabelValues codes = new LabelValues(Set.of("TIMEOUT", "AGENT_LOST"), 2, "OTHER");

        assertThat(codes.of("A")).isEqualTo("A");
        assertThat(codes.of("TIMEOUT")).isEqualTo("TIMEOUT");
        assertThat(codes.of("B")).isEqualTo("B");
        assertThat(codes.of("C")).isEqualTo("OTHER");
        assertThat(codes.of("A")).isEqualTo("A");
        assertThat(codes.of("AGENT_LOST")).isEqualTo("AGENT_LOST");
    }

    private double refusals(String type) {
        Counter counter =
                registry.find("agent_refusals").tag("agent_type", type).counter();
        return counter == null ? 0 : counter.count();
    }
}
