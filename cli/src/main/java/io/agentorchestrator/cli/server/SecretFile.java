package io.agentorchestrator.cli.server;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A random secret in a file that only its owner may read. */
public final class SecretFile {
    private SecretFile() {}

    /**
     * The secret in hexadecimal, made on first use. Whoever is the first to make it makes it for all: components start at once.
     *
     * @param bytes how long one is that is made
     */
    public static String of(Path file, int bytes) throws IOException {
        if (!Files.exists(file)) {
            make(file, bytes);
        }
        return Files.readString(file).strip();
    }

    private static void make(Path file, int bytes) throws IOException {
        byte[] secret = new byte[bytes];
        new SecureRandom().nextBytes(secret);
        Path made = Files.createTempFile(
                file.getParent(),
                file.getFileName().toString(),
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
