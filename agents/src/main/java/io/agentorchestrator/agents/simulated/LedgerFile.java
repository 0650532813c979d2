package io.agentorchestrator.agents.simulated;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file of lines that one process writes: task key, attempt key, attempt, epoch and perhaps a cost, separated by tabs. A line is one write,
 * so it survives SIGKILL of the process (not the loss of the machine: nothing is forced to disk). A stream, not a channel: a
 * channel closes for everybody when the thread of one task is interrupted while it writes. Thread-safe.
 */
final class LedgerFile implements AutoCloseable {
    static final String SUFFIX = ".ledger";

    private static final int MAX_KEY_CHARACTERS = 300;

    private final FileOutputStream file;

    private LedgerFile(FileOutputStream file) {
        this.file = file;
    }

    /** Opens a new file in the directory, which is made if it is missing. */
    static LedgerFile open(Path directory, String prefix) throws IOException {
        Files.createDirectories(directory);
        String name = prefix + "-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID() + SUFFIX;
        return new LedgerFile(new FileOutputStream(directory.resolve(name).toFile(), true));
    }

    void append(String taskKey, String attemptKey, long... numbers) {
        StringBuilder line = new StringBuilder(asWritten(taskKey)).append('\t').append(asWritten(attemptKey));
        for (long number : numbers) {
            line.append('\t').append(number);
        }
        byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (file) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
    }

    /** A key without what would break its line, and bounded. */
    static String asWritten(String key) {
        String bounded = key.length() > MAX_KEY_CHARACTERS ? key.substring(0, MAX_KEY_CHARACTERS) : key;
        return bounded.chars().anyMatch(c -> c < ' ') ? bounded.replaceAll("[\\x00-\\x1f]", "?") : bounded;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
