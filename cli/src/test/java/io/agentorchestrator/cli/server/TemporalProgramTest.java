package io.agentorchestrator.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TemporalProgramTest {
    @Test
    void readsTheServersVersion() {
        assertThat(TemporalProgram.versionIn("temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)"))
                .contains("1.32.0");
        assertThat(TemporalProgram.versionIn("temporal version 1.5.0 (Server 1.31.0-151.0, UI 2.41.0)"))
                .contains("1.31.0-151.0");
        assertThat(TemporalProgram.versionIn("tctl 1.18")).isEmpty();
    }

    @Test
    void serversWithoutNativePriorityAreTooOld() {
        assertThat(TemporalProgram.newEnough("1.30.8")).isFalse();
        assertThat(TemporalProgram.newEnough("1.31.0-151.0")).isTrue();
        assertThat(TemporalProgram.newEnough("1.32.0")).isTrue();
        assertThat(TemporalProgram.newEnough("2.0.0")).isTrue();
    }
}
