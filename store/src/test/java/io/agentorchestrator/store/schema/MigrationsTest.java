package io.agentorchestrator.store.schema;

import io.agentorchestrator.store.testkit.SavedLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    /** Databases have them as they were: what is to change goes into a further one. */
    @Test
    void migrationsStayAsTheyWere() throws Exception {
        SortedSet<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            for (Path file : files.toList()) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                lines.add(file.getFileName() + " " + HexFormat.of().formatHex(hash));
            }
        }

        SavedLines.check(Path.of("src/test/resources/saved/migrations.txt"), lines);
    }
}
