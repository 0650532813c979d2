package io.agentorchestrator.cli.stack;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code stack.json} and {@code status.json}; a reader never sees half a file. */
public final class StateFiles {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private StateFiles() {}

    /** The settings that the stack of this checkout was last started with, if ever. */
    public static Optional<StackSettings> settings(StackLayout layout) {
        return read(layout.settingsFile(), StackSettings.class);
    }

    /** Writes the settings that the stack is started with. */
    public static void write(StackLayout layout, StackSettings settings) {
        replace(layout.settingsFile(), JSON.writeValueAsString(settings));
    }

    /** The supervisor's latest view, if there is one. */
    public static Optional<StackStatus> status(StackLayout layout) {
        return read(layout.statusFile(), StackStatus.class);
    }

    /** Publishes the supervisor's view. */
    public static void write(StackLayout layout, StackStatus status) {
        replace(layout.statusFile(), JSON.writeValueAsString(status));
    }

    /** A status as {@code status --json} prints it. */
    public static String pretty(StackStatus status) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(status);
    }

    /** Replaces a file's text in one step. */
    public static void replace(Path file, String text) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliFailure(
                    "Cannot write " + file + " (" + CliFailure.reason(e) + "): free the disk or fix its permissions.",
                    e);
        }
    }

    private static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.ofNullable(JSON.readValue(Files.readString(file), type));
        } catch (IOException | JacksonException unreadable) {
            // Absent, torn by a full disk or written by another version: the next start writes it anew.
            return Optional.empty();
        }
    }
}
