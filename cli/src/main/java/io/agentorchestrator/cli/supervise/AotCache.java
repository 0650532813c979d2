package io.agentorchestrator.cli.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a JVM learned of one program in an earlier life: loaded and linked classes, and which of its methods are hot (JEP 483, 514, 515). The
 * JVM writes it when a process ends in order that had none. Starting with it takes a third of the time, and load is met by compiled code
 * after seconds instead of minutes.
 *
 * @param file which no two living processes write; tells the JVM's version, for only that can read it
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

    /** Whether there is one; a new one is put in place by this. */
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
