package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A checkout with the launching script and the help; closing it takes the links out, so that what they lead to stays. */
final class Checkout implements AutoCloseable {
    private static final Path REAL = Path.of("..").toAbsolutePath().normalize();
    private static final String VERSION = "0.1.0-SNAPSHOT";

    private final Path home;

    Checkout(Path home) throws IOException {
        this.home = home;
        Files.createDirectory(home.resolve(".mvn"));
        for (String file : List.of("orchestrator", ".mvn/jdk25.sh")) {
            Files.copy(REAL.resolve(file), home.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createDirectory(home.resolve("cli"));
        Files.createSymbolicLink(home.resolve("cli/help"), REAL.resolve("cli/help"));
    }

    /** Takes this build as if it were that checkout's. */
    void build() throws IOException {
        Files.createSymbolicLink(home.resolve("cli/target"), REAL.resolve("cli/target"));
        for (String module : List.of("api", "worker", "agents")) {
            Files.createDirectories(home.resolve(module + "/target/lib"));
            Files.createFile(home.resolve(module + "/target/" + module + "-" + VERSION + ".jar"));
        }
    }

    Path home() {
        return home;
    }

    StackLayout layout() {
        return StackLayout.of(home);
    }

    @Override
    public void close() throws IOException {
        for (String link : List.of("cli/help", "cli/target")) {
            Files.deleteIfExists(home.resolve(link));
        }
    }
}
