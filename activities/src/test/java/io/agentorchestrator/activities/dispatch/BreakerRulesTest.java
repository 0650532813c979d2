package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"AGENT_LOST", "TIMEOUT", "CRASHED", "PROTOCOL_BROKEN", "MESSAGE_TOO_LARGE"})
    void theAgentsOwnFaultsCount(String code) {
        assertThat(verdict("one", Outcome.FAILED, code)).isEqualTo(BreakerRules.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVALID_RESULT", "RESULT_TOO_LARGE", "RESULT_TOO_DEEP"})
    void ofAnUnreadableResultTheTaskAloneDoesNotTellWhoseFaultItIs(String code) {
        assertThat(verdict("one", Outcome.FAILED, code)).isEqualTo(BreakerRules.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOBODY_THERE", "INVALID_PAYLOAD", "AGENT_ERROR", "INVALID_START", ""})
    void anErrorThatThePayloadEarnedIsGoodWork(String code) {
        assertThat(verdict("one", Outcome.FAILED, code)).isEqualTo(BreakerRules.WORKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEADLINE_EXCEEDED", "AGENT_STOPPED", "LEASE_EXPIRED"})
    void whatIsNotTheAgentsDoingSaysNothing(String code) {
        assertThat(verdict("one", Outcome.FAILED, code)).isEqualTo(BreakerRules.NOTHING);
    }

    @Test
    void completionsAreGoodWorkAndCancellationsSayNothing() {
        assertThat(verdict("one", Outcome.COMPLETED, null)).isEqualTo(BreakerRules.WORKS);
        assertThat(verdict("one", Outcome.CANCELLED, "CANCELLED")).isEqualTo(BreakerRules.NOTHING);
    }

    @Test
    void whatNoAgentSawSaysNothing() {
        assertThat(verdict(null, Outcome.FAILED, "MISSING_INPUT")).isEqualTo(BreakerRules.NOTHING);
    }

    private static BreakerRules verdict(@Nullable String agentId, Outcome outcome, @Nullable String code) {
        return BreakerRules.of(new AttemptOutcome(
                new UUID(0, 1), 0, 1, 1, agentId, outcome, null, code, null, false, Usage.NONE, null, null, false));
    }
}
