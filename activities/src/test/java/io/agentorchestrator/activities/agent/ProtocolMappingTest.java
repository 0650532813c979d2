package io.agentorchestrator.activities.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Result;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.Usage;
import io.agentorchestrator.store.state.AttemptOutcome;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProtocolMappingTest {
    private static final TaskRef REF = TaskRef.newBuilder()
            .setTaskId(new UUID(1, 2).toString())
            .setEpoch(1)
            .build();

    @Test
    void takesNoMoreUsageThanTheStoreCanAddUpAndNoneBelowZero() {
        Usage much = Usage.newBuilder()
                .setRef(REF)
                .setCostMicroUsd(Long.MAX_VALUE)
                .setInputTokens(9_000_000_000_000_000_000L)
                .setOutputTokens(Long.MAX_VALUE)
                .build();
        AttemptOutcome.Usage most = new AttemptOutcome.Usage(
                ProtocolMapping.MAX_MICRO_USD, ProtocolMapping.MAX_TOKENS, ProtocolMapping.MAX_TOKENS);

        assertThat(ProtocolMapping.event(FromAgent.newBuilder().setUsage(much).build()))
                .isInstanceOfSatisfying(
                        AgentEvent.UsageReported.class,
                        event -> assertThat(event.usage()).isEqualTo(most));
        assertThat(ProtocolMapping.event(FromAgent.newBuilder()
                        .setResult(Result.newBuilder().setRef(REF).setUsage(much))
                        .build()))
                .isInstanceOfSatisfying(
                        AgentEvent.Succeeded.class,
                        event -> assertThat(event.usage()).isEqualTo(most));
        assertThat(ProtocolMapping.event(FromAgent.newBuilder()
                        .setError(Error.newBuilder()
                                .setRef(REF)
                                .setUsage(Usage.newBuilder()
                                        .setCostMicroUsd(-1)
                                        .setInputTokens(Long.MIN_VALUE)
                                        .setOutputTokens(7)))
                        .build()))
                .isInstanceOfSatisfying(
                        AgentEvent.Failed.class,
                        event -> assertThat(event.usage()).isEqualTo(new AttemptOutcome.Usage(0, 0, 7)));
    }
}
