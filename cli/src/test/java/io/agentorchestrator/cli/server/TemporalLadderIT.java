package io.agentorchestrator.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalLadderIT {
    @TempDir
    private Path directory;

    private Path onPath;
    private Path own;
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void directories() throws IOException {
        onPath = Files.createDirectories(directory.resolve("on path"));
        own = directory.resolve("own");
    }

    private TemporalLadder ladder(TemporalLadder.Fetcher... fetchers) {
        return new TemporalLadder("/nowhere:" + onPath, own, List.of(fetchers));
    }

    private static void write(Path program, String version) throws IOException {
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\necho 'temporal version 1 (Server %s, UI 2)'\n".formatted(version));
        Archive.makeExecutable(program);
    }

    private record Fetch(String origin, String version) implements TemporalLadder.Fetcher {
        @Override
        public void fetch(Path target) throws IOException {
            if (version.isEmpty()) {
                throw new IOException("no network");
            }
            write(target, version);
        }
    }

    @Test
    void theOneOnThePathComesFirst() throws Exception {
        write(onPath.resolve("temporal"), "1.31.2");
        write(own.resolve("temporal"), "1.32.0");

        TemporalProgram found = ladder(new Fetch("index", "1.32.0")).find(progress::add);

        assertThat(found.path()).isEqualTo(onPath.resolve("temporal"));
        assertThat(progress).isEmpty();
    }

    @Test
    void oneThatIsTooOldIsPassedOver() throws Exception {
        write(onPath.resolve("temporal"), "1.30.1");
        write(own.resolve("temporal"), "1.32.0");
        List<String> passedOver = new ArrayList<>();

        assertThat(ladder().installed(passedOver::add))
                .get()
                .extracting(TemporalProgram::path)
                .isEqualTo(own.resolve("temporal"));
        assertThat(passedOver).containsExactly(onPath.resolve("temporal") + " holds server 1.30.1, older than 1.31");
    }

    @Test
    void fetchersAreTriedInTheirOrder() throws Exception {
        TemporalProgram found =
                ladder(new Fetch("index", ""), new Fetch("site", "1.32.0")).find(progress::add);

        assertThat(found.serverVersion()).isEqualTo("1.32.0");
        assertThat(progress).containsExactly("fetching Temporal from index", "fetching Temporal from site");
        assertThat(ladder().installed(progress::add))
                .as("kept for the next start")
                .isPresent();
    }

    @Test
    void whenEveryRungBreaksEachReasonAndTheWayOutAreTold() throws Exception {
        write(onPath.resolve("temporal"), "1.30.1");

        assertThatThrownBy(() -> ladder(new Fetch("index", "")).find(progress::add))
                .hasMessageContaining("older than 1.31")
                .hasMessageContaining("index: no network")
                .hasMessageContaining("TEMPORAL_ADDRESS");
    }
}
