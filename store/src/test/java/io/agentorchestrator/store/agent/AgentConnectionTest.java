package io.agentorchestrator.store.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgentConnectionTest {
    @Test
    void whatAnAgentSaidSteersNothing() {
        AgentConnection connection = new AgentConnection(
                "a", AgentConnectionState.REFUSED, Instant.EPOCH, "x\u001b[2J\u009b\u2028\u2029\u202e\ny");

        assertThat(connection.detail()).isEqualTo("x\\u001b[2J\\u009b\\u2028\\u2029\\u202e\\ny");
    }
}
