package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
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
            Files.writeString(target.resolve("lib/used-2.jar"), "classes");
            Files.writeString(target.resolve("lib/used-1.jar"), "classes of an earlier build");
            Files.writeString(target.resolve("lib/dropped-1.jar"), "classes of an earlier build");
            writeJar(jar(module), "lib/used-2.jar");
        }
        ApplicationJars.snapshot(layout);
    }

    @Test
    void librariesOfEarlierBuildsAreNoPartOfTheClassPath() throws IOException {
        assertThat(Files.readString(ApplicationJars.argumentFile(layout, "api")))
                .contains("used-2.jar")
                .doesNotContain("used-1.jar", "dropped-1.jar");
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

    private static void writeJar(Path jar, String classPath) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }

    private Path jar(String module) {
        return home.resolve(module).resolve("target").resolve(module + "-0.1.0-SNAPSHOT.jar");
    }
}
