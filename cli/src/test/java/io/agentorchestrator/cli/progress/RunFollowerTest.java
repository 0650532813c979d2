package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunFollowerTest {
    @Test
    void readsSlowAnswersLessOften() {
        assertThat(RunFollower.pauseAfter(Duration.ofMillis(5))).isEqualTo(Duration.ofMillis(250));
        assertThat(RunFollower.pauseAfter(Duration.ofMillis(100))).isEqualTo(Duration.ofMillis(500));
        assertThat(RunFollower.pauseAfter(Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void durationsReadWell() {
        assertThat(Words.of(Duration.ofMillis(340))).isEqualTo("0.3 s");
        assertThat(Words.of(Duration.ofMillis(9_990))).isEqualTo("10 s");
        assertThat(Words.of(Duration.ofSeconds(185))).isEqualTo("3 min 05 s");
    }
}
