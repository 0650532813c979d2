package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritebackIT {
    @TempDir
    Path directory;

    @Test
    void beginsToWriteWhatIsBeingWrittenToAndNothingElse() throws Exception {
        Instant now = Instant.now();
        Path busy = Files.createDirectories(directory.resolve("16384")).resolve("2619");
        Files.write(busy, new byte[1 << 20]);
        Path idle = directory.resolve("16384").resolve("1249");
        Files.write(idle, new byte[1 << 10]);
        Files.setLastModifiedTime(idle, FileTime.from(now.minus(Duration.ofMinutes(5))));

        Writeback writeback = writeback(directory);

        assertThat(writeback.check(now)).isEqualTo(1);
        assertThat(writeback.begin()).isEqualTo(1);
    }

    @Test
    void passesOverFilesThatHaveGone() throws Exception {
        Path dropped = directory.resolve("2619");
        Files.write(dropped, new byte[1 << 10]);
        Writeback writeback = writeback(directory);
        assertThat(writeback.check(Instant.now())).isEqualTo(1);

        Files.delete(dropped);

        assertThat(writeback.begin()).isZero();
        assertThat(writeback.check(Instant.now())).isZero();
    }

    @Test
    void waitsForADatabaseThatIsNotThereYet() {
        Writeback writeback = writeback(directory.resolve("absent"));

        assertThat(writeback.check(Instant.now())).isZero();
        assertThat(writeback.begin()).isZero();
    }

    private static Writeback writeback(Path files) {
        Optional<Writeback> writeback = Writeback.of(files);
        assumeThat(writeback).as("a system with sync_file_range").isPresent();
        return writeback.orElseThrow();
    }
}
