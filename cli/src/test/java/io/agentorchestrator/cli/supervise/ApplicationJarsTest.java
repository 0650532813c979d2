package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationJarsTest {
    @TempDir
    private Path home;

    private StackLayout layout;

    @BeforeEach
    void build() throws IOException {
        layout = StackLayout.of(home);
        for (String module : ApplicationJars.MODULES) {
            Path target = Files.createDirectories(home.resolve(module).resolve("target"));
            Files.createDirectories(target.resolve("lib"));
            Files.writeString(jar(module), "classes");
        }
        ApplicationJars.snapshot(layout);
    }

    @Test
    void whatJvmsRememberOfOtherJarsIsForgotten() throws IOException {
        Path ofWorker = remembered("worker", "worker-25.aot");
        Path ofAgents = remembered("agents", "agent-simulated.jsa");
        Files.setLastModifiedTime(jar("worker"), FileTime.from(Instant.now().plusSeconds(60)));

        ApplicationJars.snapshot(layout);

        assertThat(ofWorker).doesNotExist();
        assertThat(ofAgents).exists();
    }

    @Test
    void whatJvmsRememberOfTheSameJarsStays() throws IOException {
        Path ofWorker = remembered("worker", "worker-25.aot");

        ApplicationJars.snapshot(layout);

        assertThat(ofWorker).exists();
    }

    private Path remembered(String module, String name) throws IOException {
        return Files.writeString(ApplicationJars.directory(layout, module).resolve(name), "classes, linked");
    }

    private Path jar(String module) {
        return home.resolve(module).resolve("target").resolve(module + "-0.1.0-SNAPSHOT.jar");
    }
}
