package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldFilesTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    private Path home;

    @Test
    void whatNobodyHasWrittenToForLongGoesAndNothingElse() throws IOException {
        Path old = file("results/old/report.md", Duration.ofDays(91));
        Path young = file("results/mixed/young.md", Duration.ofDays(1));
        Path besideYoung = file("results/mixed/old.md", Duration.ofDays(91));
        Path elsewhere = file("data/postgres/base", Duration.ofDays(1_000));
        age(old.getParent(), Duration.ofDays(91));
        age(young.getParent(), Duration.ofDays(91));

        new OldFiles(Map.of(home.resolve("results"), Duration.ofDays(90), home.resolve("none"), Duration.ofDays(1)))
                .delete(NOW);

        assertThat(old.getParent()).doesNotExist();
        assertThat(besideYoung).doesNotExist();
        assertThat(young).exists();
        assertThat(elsewhere).exists();
        assertThat(home.resolve("results")).exists();
    }

    private Path file(String name, Duration ago) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "text");
        age(file, ago);
        return file;
    }

    private static void age(Path path, Duration ago) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(NOW.minus(ago)));
    }
}
