package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/** The directory of the stack's databases, and of which format they are. */
final class DataDirectory {
    /** Of the schema and of the workflows' histories. It stays: each version reads on from the one before. */
    static final String FORMAT = "5";

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private DataDirectory() {}

    /**
     * Sets a directory of another format aside, whole, so that the stack begins with an empty one. To be called while nothing of the stack
     * runs.
     *
     * @param progress told where it is now
     */
    static void prepare(StackLayout layout, LocalDateTime now, Consumer<String> progress) throws IOException {
        Path format = layout.data().resolve("format");
        boolean used = Files.exists(layout.data().resolve("postgres"));
        if (used && !(Files.exists(format) && Files.readString(format).strip().equals(FORMAT))) {
            Path aside = layout.state().resolve("data-old-" + STAMP.format(now));
            try {
                Files.move(layout.data(), aside);
            } catch (IOException e) {
                throw new CliFailure(
                        "The databases in %s are of another version and cannot be moved to %s (%s): move them, or delete them."
                                .formatted(layout.data(), aside, CliFailure.reason(e)));
            }
            progress.accept(
                    "The databases in %s are of another version, which this one cannot read: they are in %s now, and the stack begins with empty ones."
                            .formatted(layout.data(), aside));
        }
        Files.createDirectories(layout.data());
        Files.writeString(format, FORMAT + System.lineSeparator());
    }
}
