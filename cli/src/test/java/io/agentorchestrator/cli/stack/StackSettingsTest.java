package io.agentorchestrator.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StackSettingsTest {
    @Test
    void theCommandThatBringsItBackNamesWhatIsNotUsual() {
        assertThat(StackSettings.of(Ports.DEFAULT, Map.of(), true).upCommand())
                .isEqualTo("./orchestrator up --detach --tuned");
        assertThat(StackSettings.of(Ports.DEFAULT, Map.of(), false).upCommand())
                .isEqualTo("./orchestrator up --detach");
        assertThat(StackSettings.of(new Ports(1, 2, 3, 4, 5, 6), Map.of(), false)
                        .upCommand()
                        .split(" --"))
                .containsExactlyInAnyOrder(
                        "./orchestrator up",
                        "detach",
                        "api-port 1",
                        "worker-port 2",
                        "temporal-port 3",
                        "temporal-ui-port 4",
                        "postgres-port 5",
                        "redis-port 6");
        assertThat(StackSettings.of(
                                new Ports(8090, 8081, 7233, 8233, 54329, 6379),
                                Map.of("TEMPORAL_ADDRESS", "t:7233", "TEMPORAL_NAMESPACE", "it's"),
                                false)
                        .upCommand())
                .isEqualTo(
                        "TEMPORAL_ADDRESS=t:7233 TEMPORAL_NAMESPACE='it'\\''s' ./orchestrator up --detach --api-port 8090");
    }
}
