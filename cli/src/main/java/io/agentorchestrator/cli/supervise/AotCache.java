package io.agentorchestrator.cli.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The cache of what a JVM learned of one program in an earlier run: loaded and linked classes, and which methods are hot (JEP 483, 514,
 * 515). The JVM writes it when a process that had none ends in order. Starting with it takes a third of the time, and under load compiled
 * code runs after seconds instead of minutes.
 *
 * @param file no two living processes write it; its name has the JVM's version, as only that can read it
 */
record AotCache(Path file) {
    private static final String SUFFIX = ".aot";

    /** The cache of a program whose jars lie in a directory. */
    static AotCache of(Path jars, String program) {
        return new AotCache(jars.resolve(program + "-" + Runtime.version() + SUFFIX));
    }

    /** The flag that uses the cache, or has it written. */
    String flag() throws IOException {
        return isThere() ? "-XX:AOTCache=" + file : "-XX:AOTCacheOutput=" + output();
    }

    /** Puts a new cache in place, and tells whether there is one. */
    boolean isThere() throws IOException {
        // The JVM keeps this beside the cache until that is complete.
        Path unfinished = output().resolveSibling(output().getFileName() + ".config");
        if (Files.exists(unfinished)) {
            Files.deleteIfExists(output());
            Files.delete(unfinished);
        } else if (Files.exists(output())) {
            Files.move(output(), file, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.exists(file);
    }

    private Path output() {
        return file.resolveSibling(file.getFileName() + ".new");
    }
}
