package io.agentorchestrator.worker.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemporalReadinessTest {
    @ParameterizedTest
    @CsvSource({
        "1.31.0,true",
        "1.32.0-159.0,true",
        "2.0.1,true",
        "1.30.8,false",
        "1.4,false",
        "unknown,false",
        "'',false"
    })
    void wantsAServerWithPriorityInItsTaskQueues(String version, boolean newEnough) {
        assertThat(TemporalReadiness.isNewEnough(version)).isEqualTo(newEnough);
    }
}
