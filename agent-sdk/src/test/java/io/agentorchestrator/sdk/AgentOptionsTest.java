package io.agentorchestrator.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"let\nme in", "l\u00e4t-me-in", "two words", "a\u0000b"})
    void aTokenThatNoHeaderTakesIsRefusedAndNotShown(String token) {
        assertThatThrownBy(() -> options(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("enrolment token")
                .hasMessageNotContaining(token);
    }

    @Test
    void aTokenMayComeFromAFileThatEndsItsLine() {
        assertThat(options("let-me-in\n").enrolmentToken()).isEqualTo("let-me-in\n");
    }

    private static AgentOptions options(String token) {
        return new AgentOptions(
                URI.create("http://127.0.0.1:8080"),
                "127.0.0.1",
                0,
                1,
                0,
                null,
                "1",
                token,
                Duration.ZERO,
                HandlerThreads.VIRTUAL,
                Map.of());
    }
}
