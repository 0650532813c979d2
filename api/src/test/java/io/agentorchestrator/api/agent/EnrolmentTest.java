package io.agentorchestrator.api.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1", "localhost"})
    void onLoopbackNoTokenIsNeeded(String address) {
        assertThat(Enrolment.of(null, address).admits(null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0.0.0.0", "::", "10.0.0.1", "192.0.2.1"})
    void elsewhereTheApiDoesNotStartWithoutOne(String address) {
        assertThatIllegalStateException()
                .isThrownBy(() -> Enrolment.of(null, address))
                .withMessageContaining("ORCHESTRATOR_AGENTS_ENROLMENT_TOKEN");
        assertThat(Enrolment.of("sesame", address).admits("sesame")).isTrue();
    }

    @Test
    void onlyTheTokenItselfAdmits() {
        Enrolment enrolment = Enrolment.of("sesame", "127.0.0.1");

        assertThat(enrolment.admits("sesame")).isTrue();
        assertThat(enrolment.admits(null)).isFalse();
        assertThat(enrolment.admits("")).isFalse();
        assertThat(enrolment.admits("sesame2")).isFalse();
        assertThat(enrolment).asString().doesNotContain("sesame");
    }
}
