package io.agentorchestrator.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Something to run in the background.
 *
 * @param environment added to this process's own
 */
public record Program(List<String> command, Map<String, String> environment, Path directory) {
    private static final File NOTHING = new File("/dev/null");

    /** Copies the collections. */
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Starts it; what it prints is appended to the log, which outlives whoever started it. */
    public Process start(Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
