package io.agentorchestrator.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileIT {
    @TempDir
    private Path directory;

    @Test
    void aLogThatOutgrewItsRoomIsMovedAside() throws IOException {
        Path log = directory.resolve("x.log");
        Files.write(log, new byte[(int) LogFile.MAX_BYTES + 1]);

        new LogFile(log).rotate();

        assertThat(log).isEmptyFile();
        assertThat(directory.resolve("x.log.1")).hasSize(LogFile.MAX_BYTES + 1);
    }

    @Test
    void aSmallLogStays() throws IOException {
        Path log = Files.writeString(directory.resolve("x.log"), "a\nb\nc\n");

        new LogFile(log).rotate();

        assertThat(new LogFile(log).tail(2)).containsExactly("b", "c");
        assertThat(new LogFile(directory.resolve("absent")).tail(2)).isEmpty();
    }
}
