package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The key of which the stack's API and worker make the credentials of agents. It is kept beside the databases, and in none of them. */
public final class AgentsKey {
    /** By which the API, the worker and others are told. */
    public static final String VARIABLE = "ORCHESTRATOR_AGENTS_KEY";

    private static final int BYTES = 32;

    private AgentsKey() {}

    /** The key, made on first use; only its owner may read the file. Whoever is the first to make it makes it for all: components start at once. */
    public static String of(StackLayout layout) throws IOException {
        Path file = layout.data().resolve("agents.key");
        if (!Files.exists(file)) {
            make(layout, file);
        }
        return Files.readString(file).strip();
    }

    private static void make(StackLayout layout, Path file) throws IOException {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        Path made = Files.createTempFile(
                layout.data(),
                "agents.key",
                ".next",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(made, HexFormat.of().formatHex(secret));
            Files.createLink(file, made); // unlike a move, this replaces nothing
        } catch (FileAlreadyExistsException theirs) {
            // Somebody else was first.
        } finally {
            Files.deleteIfExists(made);
        }
    }
}
