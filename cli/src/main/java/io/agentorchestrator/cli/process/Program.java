package io.agentorchestrator.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something to run in the background.
 *
 * @param environment added to this process's own
 */
public record Program(List<String> command, Map<String, String> environment, Path directory) {
    private static final File NOTHING = new File("/dev/null");

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private static final int NICENESS = 10;
    /** The locale that the launching script sets; a program of ours names files in UTF-8, whoever starts it. */
    private static final String UTF8_LOCALE = "C.UTF-8";

    /** Copies the collections. */
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Starts it; what it prints is appended to the log, which outlives whoever started it. */
    public Process start(Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        if (!StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding"))) {
            builder.environment().put("LC_ALL", UTF8_LOCALE);
        }
        return FreshProgram.start(builder);
    }

    /**
     * The same program in a session of its own. Where the kernel shares processor time among sessions first and among their processes
     * then (Linux's autogroup, which holds where no control groups do), each backend of PostgreSQL has a session: programs that
     * shared one among them would be served last.
     */
    public Program apart() {
        return inSession(0);
    }

    /**
     * The same program, {@link #apart}, giving way to others where the machine is short of processor time: what has been accepted can
     * wait for a moment, who submits should not.
     */
    public Program givingWay() {
        return inSession(NICENESS);
    }

    /** The program that gives another a session of its own; not everywhere: macOS has none, and its kernel no such groups. */
    public static Optional<String> setsid() {
        return Optional.of(SETSID).filter(Files::isExecutable).map(Path::toString);
    }

    /** Nice values count among the processes of one session; a session among others has a value too. */
    private Program inSession(int niceness) {
        List<String> wrapped = new ArrayList<>();
        setsid().ifPresent(setsid -> wrapped.addAll(List.of(
                setsid,
                "sh",
                "-c",
                "{ echo %d >/proc/self/autogroup; } 2>/dev/null; exec \"$@\"".formatted(niceness),
                "sh")));
        if (niceness > 0) {
            wrapped.addAll(List.of("nice", "-n", Integer.toString(niceness)));
        }
        wrapped.addAll(command);
        return new Program(wrapped, environment, directory);
    }
}
