package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnreadableResultsTest {
    private final UnreadableResults results = new UnreadableResults();

    @Test
    void howeverManyOneSubmitterGetsTheyAreNotTheAgents() {
        for (int i = 0; i < 100; i++) {
            assertThat(results.isTheAgents("one", "acme")).isFalse();
        }
    }

    @Test
    void fromTheSecondSubmitterOnTheyAre() {
        assertThat(results.isTheAgents("one", "acme")).isFalse();
        assertThat(results.isTheAgents("one", "other")).isTrue();
        assertThat(results.isTheAgents("one", "acme")).isTrue();
        assertThat(results.isTheAgents("two", "other")).isFalse();
    }

    @Test
    void aReadableResultClearsTheAgent() {
        assertThat(results.isTheAgents("one", "acme")).isFalse();
        results.readable("one");

        assertThat(results.isTheAgents("one", "other")).isFalse();
    }
}
