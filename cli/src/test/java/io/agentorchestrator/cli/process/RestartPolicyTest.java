package io.agentorchestrator.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.process.RestartPolicy.GiveUp;
import io.agentorchestrator.cli.process.RestartPolicy.RestartAfter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private final RestartPolicy policy = new RestartPolicy();

    @Test
    void quickDeathsWaitLongerEachTimeAndThenGiveUp() {
        assertThat(policy.afterLifeOf(Duration.ZERO)).isEqualTo(new RestartAfter(Duration.ofMillis(250)));
        assertThat(policy.afterLifeOf(Duration.ZERO)).isEqualTo(new RestartAfter(Duration.ofSeconds(1)));
        assertThat(policy.afterLifeOf(Duration.ZERO)).isEqualTo(new RestartAfter(Duration.ofSeconds(4)));
        assertThat(policy.afterLifeOf(Duration.ZERO)).isEqualTo(new RestartAfter(Duration.ofSeconds(8)));
        assertThat(policy.afterLifeOf(Duration.ZERO)).isEqualTo(new GiveUp(RestartPolicy.MAX_QUICK_DEATHS));
    }

    @Test
    void aLongLifeWipesTheSlate() {
        for (int death = 1; death < RestartPolicy.MAX_QUICK_DEATHS; death++) {
            policy.afterLifeOf(Duration.ofSeconds(1));
        }

        assertThat(policy.afterLifeOf(RestartPolicy.QUICK)).isEqualTo(new RestartAfter(Duration.ofMillis(250)));
    }
}
