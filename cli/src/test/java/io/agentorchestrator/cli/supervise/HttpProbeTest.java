package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HttpProbeTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static boolean ready(String answer) {
        return HttpProbe.holdsAgent(answer, "simulated"::equals, START);
    }

    private static String agent(String type, String state, String heartbeat) {
        return "{\"agents\": [{\"agent_types\": [\"x\", \"%s\"], \"state\": \"%s\", \"last_heartbeat_at\": \"%s\"}]}"
                .formatted(type, state, heartbeat);
    }

    @Test
    void anAgentOfTheTypeThatWasHeardOfSinceTheStartIsReady() {
        assertThat(ready(agent("simulated", "READY", "2026-01-01T00:00:01Z"))).isTrue();
    }

    @Test
    void anAgentOfAnEarlierLifeIsNot() {
        assertThat(ready(agent("simulated", "READY", "2025-12-31T23:59:59Z"))).isFalse();
    }

    @Test
    void otherTypesAndLostAgentsAreNot() {
        assertThat(ready(agent("other", "READY", "2026-01-01T00:00:01Z"))).isFalse();
        assertThat(ready(agent("simulated", "LOST", "2026-01-01T00:00:01Z"))).isFalse();
        assertThat(ready("{\"agents\": []}")).isFalse();
    }
}
