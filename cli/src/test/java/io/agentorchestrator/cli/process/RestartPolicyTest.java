package io.agentorchestrator.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private final RestartPolicy policy = new RestartPolicy();

    @Test
    void quickDeathsWaitLongerEachTimeAndThenGiveUp() {
        assertThat(policy.afterLifeOf(Duration.ZERO)).contains(Duration.ofMillis(250));
        assertThat(policy.afterLifeOf(Duration.ZERO)).contains(Duration.ofSeconds(1));
        assertThat(policy.afterLifeOf(Duration.ZERO)).contains(Duration.ofSeconds(4));
        assertThat(policy.afterLifeOf(Duration.ZERO)).contains(Duration.ofSeconds(8));
        assertThat(policy.afterLifeOf(Duration.ZERO)).isEmpty();
    }

    @Test
    void aLongLifeWipesTheSlate() {
        for (int death = 1; death < RestartPolicy.MAX_QUICK_DEATHS; death++) {
            policy.afterLifeOf(Duration.ofSeconds(1));
        }

        assertThat(policy.afterLifeOf(RestartPolicy.QUICK)).contains(Duration.ofMillis(250));
    }
}
