package io.agentorchestrator.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdentityIT {
    @TempDir
    private Path directory;

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "60").start();
    }

    @Test
    void aLivingProcessIsFoundByItsPidFile() throws Exception {
        Process process = sleeper();
        try {
            Path file = directory.resolve("pid");
            ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
            identity.write(file);

            assertThat(ProcessIdentity.readLiving(file)).contains(identity);

            assertThat(StopSignal.TERM.stop(identity, Duration.ofSeconds(10))).isTrue();
            assertThat(ProcessIdentity.readLiving(file)).isEmpty();
            assertThat(ProcessIdentity.read(file)).contains(identity);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aReusedPidIsNotMistakenForTheOldProcess() throws Exception {
        Process process = sleeper();
        try {
            Path file = directory.resolve("pid");
            new ProcessIdentity(process.pid(), "another-boot:1").write(file);

            assertThat(ProcessIdentity.readLiving(file)).isEmpty();
            assertThat(StopSignal.TERM.stop(ProcessIdentity.read(file).orElseThrow(), Duration.ofSeconds(1)))
                    .isTrue();
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void absentAndTornPidFilesNameNobody() throws IOException {
        Path file = directory.resolve("pid");
        assertThat(ProcessIdentity.read(file)).isEmpty();
        Files.writeString(file, "12");
        assertThat(ProcessIdentity.read(file)).isEmpty();
        Files.writeString(file, "what ever");
        assertThat(ProcessIdentity.read(file)).isEmpty();
    }

    @Test
    void whoIgnoresTheRequestIsKilled() throws Exception {
        Path ready = directory.resolve("ready");
        Process stubborn = new ProcessBuilder("sh", "-c", "trap '' TERM INT; touch ready; while :; do sleep 0.1; done")
                .directory(directory.toFile())
                .start();
        try {
            assertThat(Patience.until(Duration.ofSeconds(10), () -> Files.exists(ready)))
                    .isTrue();
            ProcessIdentity identity = ProcessIdentity.of(stubborn.pid()).orElseThrow();

            assertThat(StopSignal.INT.stop(identity, Duration.ofMillis(300))).isFalse();
            assertThat(identity.alive()).isFalse();
        } finally {
            stubborn.destroyForcibly().waitFor();
        }
    }
}
