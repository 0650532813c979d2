package io.agentorchestrator.agents.simulated;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/**
 * Lines that one process writes: task key, attempt key, attempt, epoch and perhaps a cost, separated by tabs. A line is one write,
 * so it survives SIGKILL of the process (not the loss of the machine: nothing is forced to disk). A file that is full is followed by another;
 * of more than {@link #MAX_FILES} the oldest is deleted. Streams, not channels: a
 * channel closes for everybody when the thread of one task is interrupted while it writes. Thread-safe.
 */
final class LedgerFile implements AutoCloseable {
    static final String SUFFIX = ".ledger";

    /** Bytes after which another file is begun: files that nobody writes to any more are deleted by their age. */
    static final long MAX_BYTES = 16L << 20;

    /** Files of one process: 1 GiB, some ten million lines. */
    static final int MAX_FILES = 64;

    private static final int MAX_KEY_CHARACTERS = 300;

    private final Path directory;
    private final String prefix;
    private final long maxBytes;
    private final Deque<Path> files = new ArrayDeque<>();
    private FileOutputStream file;
    private long bytes;

    private LedgerFile(Path directory, String prefix, long maxBytes) throws IOException {
        this.directory = directory;
        this.prefix = prefix + "-" + ProcessHandle.current().pid() + "-";
        this.maxBytes = maxBytes;
        this.file = next();
    }

    /** Opens a new file in the directory, which is made if it is missing. */
    static LedgerFile open(Path directory, String prefix) throws IOException {
        return open(directory, prefix, MAX_BYTES);
    }

    static LedgerFile open(Path directory, String prefix, long maxBytes) throws IOException {
        Files.createDirectories(directory);
        return new LedgerFile(directory, prefix, maxBytes);
    }

    private FileOutputStream next() throws IOException {
        Path path = directory.resolve(prefix + UUID.randomUUID() + SUFFIX);
        FileOutputStream opened = new FileOutputStream(path.toFile(), true);
        files.addLast(path);
        bytes = 0;
        return opened;
    }

    void append(String taskKey, String attemptKey, long... numbers) {
        StringBuilder line = new StringBuilder(asWritten(taskKey)).append('\t').append(asWritten(attemptKey));
        for (long number : numbers) {
            line.append('\t').append(number);
        }
        try {
            write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
    }

    private synchronized void write(byte[] line) throws IOException {
        if (bytes > 0 && bytes + line.length > maxBytes) {
            FileOutputStream full = file;
            file = next();
            full.close();
            if (files.size() > MAX_FILES) {
                Files.deleteIfExists(files.removeFirst());
            }
        }
        file.write(line);
        bytes += line.length;
    }

    /** A key without what would break its line, and bounded. */
    static String asWritten(String key) {
        String bounded = key.length() > MAX_KEY_CHARACTERS ? key.substring(0, MAX_KEY_CHARACTERS) : key;
        return bounded.chars().anyMatch(c -> c < ' ') ? bounded.replaceAll("[\\x00-\\x1f]", "?") : bounded;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
