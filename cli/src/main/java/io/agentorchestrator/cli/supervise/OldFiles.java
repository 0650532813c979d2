package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what agents and load tests wrote long ago and nobody has written to since, with folders that are empty then.
 *
 * @param periodByFolder how long a file is kept after it was written to last
 */
record OldFiles(Map<Path, Duration> periodByFolder) {
    private static final Logger LOG = LoggerFactory.getLogger(OldFiles.class);
    private static final Duration LEDGERS = Duration.ofDays(30);
    private static final Duration RESULTS = Duration.ofDays(90);

    OldFiles {
        periodByFolder = Map.copyOf(periodByFolder);
    }

    static OldFiles of(StackLayout layout) {
        return new OldFiles(Map.of(
                layout.data().resolve("ledger"), LEDGERS,
                layout.data().resolve("load-test-ledger"), LEDGERS,
                layout.home().resolve("load_test_results"), RESULTS));
    }

    /** Deletes them; what cannot be deleted stays until the next time. */
    void delete(Instant now) {
        periodByFolder.forEach((folder, period) -> {
            if (Files.isDirectory(folder)) {
                try {
                    delete(folder, now.minus(period));
                } catch (IOException | UncheckedIOException e) {
                    LOG.warn("Old files below {} stay", folder, e);
                }
            }
        });
    }

    /** Deepest first, so that a folder is looked at when its files are gone. */
    private static void delete(Path folder, Instant before) throws IOException {
        List<Path> found;
        try (Stream<Path> older = Files.find(
                folder,
                Integer.MAX_VALUE,
                (path, attributes) -> attributes.lastModifiedTime().toInstant().isBefore(before))) {
            found = older.filter(path -> !path.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path path : found) {
            try {
                Files.deleteIfExists(path);
                LOG.info("Deleted {}, which nobody has written to since {}", path, before);
            } catch (DirectoryNotEmptyException holdsSomethingYounger) {
                LOG.debug("{} stays", path, holdsSomethingYounger);
            }
        }
    }
}
