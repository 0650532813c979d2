package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 29, 4, 5, 6);

    @TempDir
    private Path home;

    private final List<String> told = new ArrayList<>();

    @Test
    void whatAnotherVersionWroteIsSetAsideWholeAndSaidSo() throws IOException {
        StackLayout layout = StackLayout.of(home);
        Files.createDirectories(layout.data().resolve("postgres"));
        Files.writeString(layout.data().resolve("temporal.db"), "histories");

        DataDirectory.prepare(layout, NOW, told::add);

        Path aside = layout.state().resolve("data-old-20261129-040506");
        assertThat(aside.resolve("postgres")).isDirectory();
        assertThat(aside.resolve("temporal.db")).hasContent("histories");
        assertThat(layout.data().resolve("postgres")).doesNotExist();
        assertThat(told).singleElement().asString().contains(aside.toString());
    }

    @Test
    void whatThisVersionWroteIsKept() throws IOException {
        StackLayout layout = StackLayout.of(home);
        DataDirectory.prepare(layout, NOW, told::add);
        Files.createDirectories(layout.data().resolve("postgres"));

        DataDirectory.prepare(layout, NOW, told::add);

        assertThat(layout.data().resolve("postgres")).isDirectory();
        assertThat(told).isEmpty();
    }
}
