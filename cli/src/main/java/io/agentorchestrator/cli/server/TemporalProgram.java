package io.agentorchestrator.cli.server;

import io.agentorchestrator.cli.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code temporal} program that holds a server.
 *
 * @param origin where it came from, for people
 */
public record TemporalProgram(Path path, String serverVersion, String origin) {
    /** The oldest server with native priority on: {major, minor}. */
    public static final String MINIMUM = "1.31";

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("Server (\\d+)\\.(\\d+)([^\\s,)]*)");

    /** Asks a program for its version; empty when it does not run or holds no server. */
    public static Optional<TemporalProgram> at(Path path, String origin) throws InterruptedException {
        Command.Result result = Command.run(LIMIT, List.of(path.toString(), "--version"));
        return result.succeeded()
                ? versionIn(result.output()).map(found -> new TemporalProgram(path, found, origin))
                : Optional.empty();
    }

    /** The server's version in what {@code temporal --version} prints. */
    static Optional<String> versionIn(String output) {
        Matcher matcher = VERSION.matcher(output);
        return matcher.find()
                ? Optional.of(matcher.group(1) + "." + matcher.group(2) + matcher.group(3))
                : Optional.empty();
    }

    /** Tells whether its server is new enough. */
    public boolean newEnough() {
        return newEnough(serverVersion);
    }

    static boolean newEnough(String version) {
        return majorMinor(version) >= majorMinor(MINIMUM);
    }

    private static int majorMinor(String version) {
        String[] parts = version.split("\\.", -1);
        return 1_000 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]);
    }
}
