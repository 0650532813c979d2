package io.agentorchestrator.agents.simulated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Effects of simulated tasks, at most one for each task key over all processes that share the directory, and over their
 * deaths. Thread-safe.
 *
 * <p>An effect is an empty file that only one can create. Being there is the whole of it, so there is no moment at which
 * SIGKILL leaves half an effect: before, a later execution does it; after, it is done. Who created the file then writes
 * a line. A line can be missing (killed in between: still one effect, of which the file tells) but never stands there for an
 * effect that did not happen; two lines of one key would be a double effect, and that is what the lines are for. Were the line
 * the effect, no order of the two would do: claimed first, a death in between would lose the effect; written first, two could
 * write.
 */
final class SideEffects implements AutoCloseable {
    static final String DIRECTORY = "effects";

    private final Path directory;
    private final LedgerFile lines;

    private SideEffects(Path directory, LedgerFile lines) {
        this.directory = directory;
        this.lines = lines;
    }

    static SideEffects open(Path ledger) throws IOException {
        Path directory = ledger.resolve(DIRECTORY);
        return new SideEffects(directory, LedgerFile.open(directory, DIRECTORY));
    }

    /** Brings the effect about, unless it has been; false: it had been. */
    boolean happen(String taskKey, String attemptKey, int attempt, int epoch) {
        Path file = fileOf(directory, taskKey);
        try {
            if (!create(file)) {
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the effect cannot be written to " + file, e);
        }
        lines.append(taskKey, attemptKey, attempt, epoch);
        return true;
    }

    private static boolean create(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try {
            Files.createFile(file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * The file whose existence is the effect. Named by SHA-256, since a key may hold anything; in 16 times 16
     * sub-directories, which keeps 100,000 effects at 400 a directory and few effects in few directories.
     */
    static Path fileOf(Path directory, String taskKey) {
        String name = sha256(LedgerFile.asWritten(taskKey));
        return directory
                .resolve(name.substring(0, 1))
                .resolve(name.substring(1, 2))
                .resolve(name);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
