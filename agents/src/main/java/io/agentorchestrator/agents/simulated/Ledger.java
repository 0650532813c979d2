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
 * The record of what simulated agents did, in a directory that all of them share and that outlives them: every execution,
 * written down before anything else happens, what each has cost, and every effect of a task, at most one for each task key over all
 * processes and over their deaths. What was written survives SIGKILL of the process, not the loss of the machine. Thread-safe.
 *
 * <p>An effect is an empty file that only one can create. Being there is the whole of it, so there is no moment at which
 * SIGKILL leaves half an effect: before, a later execution does it; after, it is done. Who created the file then writes
 * a line. A line can be missing (killed in between: still one effect, of which the file tells) but never stands there for an
 * effect that did not happen; two lines of one key would be a double effect, and that is what the lines are for. Were the line
 * the effect, no order of the two would do: claimed first, a death in between would lose the effect; written first, two could
 * write.
 */
public final class Ledger implements AutoCloseable {
    private static final String EFFECTS = "effects";
    private static final String CHARGES = "charges";

    private final Path directory;
    private final LedgerFile executions;
    private final LedgerFile effects;
    private final LedgerFile charges;

    private Ledger(Path directory) throws IOException {
        this.directory = directory;
        this.executions = LedgerFile.open(directory, "executions");
        this.effects = LedgerFile.open(effects(directory), EFFECTS);
        this.charges = LedgerFile.open(directory.resolve(CHARGES), CHARGES);
    }

    /** Opens files of its own in the directory, which is made if it is missing. */
    public static Ledger open(Path directory) throws IOException {
        return new Ledger(directory);
    }

    /**
     * Records that an execution starts.
     *
     * @throws UncheckedIOException if it cannot be written down
     */
    public void record(String taskKey, String attemptKey, int attempt, int epoch) {
        executions.append(taskKey, attemptKey, attempt, epoch);
    }

    /**
     * Writes down what an execution has cost so far, before it is told.
     *
     * @param costMicroUsd millionths of a US dollar
     * @throws UncheckedIOException if it cannot be written down
     */
    public void charge(String taskKey, String attemptKey, int attempt, int epoch, long costMicroUsd) {
        charges.append(taskKey, attemptKey, attempt, epoch, costMicroUsd);
    }

    /**
     * Brings the effect of a task about if nothing that shares this directory has done so before, in this process or in
     * any other, dead or alive.
     *
     * @return true if it happened now, false if it had happened before
     * @throws UncheckedIOException if it cannot be told or written; asking again does no harm
     */
    public boolean effect(String taskKey, String attemptKey, int attempt, int epoch) {
        Path file = effect(directory, taskKey);
        try {
            if (!create(file)) {
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the effect cannot be written to " + file, e);
        }
        effects.append(taskKey, attemptKey, attempt, epoch);
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

    /** The directory of a ledger's effects. */
    static Path effects(Path directory) {
        return directory.resolve(EFFECTS);
    }

    /**
     * The file of a ledger whose existence is the effect. Named by SHA-256, since a key may hold anything; in 16 times 16
     * sub-directories, which keeps 100,000 effects at 400 a directory and few effects in few directories.
     */
    static Path effect(Path directory, String taskKey) {
        String name = sha256(LedgerFile.asWritten(taskKey));
        return effects(directory)
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
        try (executions;
                effects) {
            charges.close();
        }
    }
}
