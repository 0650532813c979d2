package io.agentorchestrator.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A file of what others rely on, a line each: processes of another version, histories and rows of before, clients. Lines may be added, by
 * {@code -Dsaved.write=true}; none may go.
 */
public final class SavedLines {
    private SavedLines() {}

    /** Fails if a line that is saved is not there any more, or one that is there was not saved. */
    public static void check(Path file, SortedSet<String> lines) throws IOException {
        SortedSet<String> gone = new TreeSet<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
        SortedSet<String> added = new TreeSet<>(lines);
        added.removeAll(gone);
        gone.removeAll(lines);
        assertThat(gone)
                .as(
                        "what others rely on (%s) is kept: add beside it, see docs/adr/0037-what-is-kept-from-version-to-version.md",
                        file)
                .isEmpty();
        if (Boolean.getBoolean("saved.write")) {
            Files.createDirectories(file.getParent());
            Files.write(file, lines);
        } else {
            assertThat(added)
                    .as("new, and to be kept from now on: save it in %s by -Dsaved.write=true", file)
                    .isEmpty();
        }
    }
}
