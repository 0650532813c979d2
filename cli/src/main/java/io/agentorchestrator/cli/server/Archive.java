package io.agentorchestrator.cli.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.io.FileUtils;
import org.tukaani.xz.XZInputStream;

/** Unpacking what we fetch, all or nothing. */
final class Archive {
    private static final int OWNER_EXECUTES = 0100;

    private Archive() {}

    /** Unpacks a .tar.xz into a directory that appears when it is complete. */
    static void unpackTarXz(InputStream source, Path directory) throws IOException {
        Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
        delete(partial);
        Files.createDirectories(partial);
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(source)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, partial);
            }
        }
        delete(directory);
        Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("The archive holds a path outside itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
            if ((entry.getMode() & OWNER_EXECUTES) != 0) {
                makeExecutable(target);
            }
        }
    }

    /** Puts a program in its place, in one step. */
    static void install(InputStream program, Path target) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".next");
        Files.copy(program, partial, StandardCopyOption.REPLACE_EXISTING);
        makeExecutable(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Lets everyone run a file. */
    static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Deletes a directory and all below it, if it exists. */
    static void delete(Path directory) throws IOException {
        FileUtils.deleteDirectory(directory.toFile());
    }
}
