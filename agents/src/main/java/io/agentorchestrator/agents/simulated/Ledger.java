package io.agentorchestrator.agents.simulated;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Writes down every execution before it has an effect, in a directory that all simulated agents share and that outlives
 * them: one file per process, one line per execution. A line is one write to the file, so it survives SIGKILL of the
 * process (not the loss of the machine: nothing is forced to disk). A stream, not a channel: a channel closes for everybody
 * when the thread of one task is interrupted while it writes. Thread-safe.
 */
public final class Ledger implements AutoCloseable {
    static final String SUFFIX = ".ledger";

    private static final int MAX_KEY_CHARACTERS = 300;

    private final FileOutputStream file;

    private Ledger(FileOutputStream file) {
        this.file = file;
    }

    /** Opens a file of its own in the directory, which is made if it is missing. */
    public static Ledger open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path path = directory.resolve("executions-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID() + SUFFIX);
        return new Ledger(new FileOutputStream(path.toFile(), true));
    }

    /** Records that an execution starts. */
    public void record(String taskKey, String attemptKey, int attempt, int epoch) {
        String line = clean(taskKey) + '\t' + clean(attemptKey) + '\t' + attempt + '\t' + epoch + '\n';
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (file) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static String clean(String key) {
        String bounded = key.length() > MAX_KEY_CHARACTERS ? key.substring(0, MAX_KEY_CHARACTERS) : key;
        return bounded.chars().anyMatch(c -> c < ' ') ? bounded.replaceAll("[\\x00-\\x1f]", "?") : bounded;
    }
}
