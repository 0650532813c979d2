package io.agentorchestrator.agents.source.inventory;

import io.agentorchestrator.sdk.TaskFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks git about one directory; only ever reads. The directory may be anybody's, so nothing that its configuration may
 * name is run (hooks, monitors, diff drivers), and nothing is fetched.
 */
public final class Git {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> HARMLESS = List.of(
            "-c", "safe.directory=*",
            "-c", "core.fsmonitor=false",
            "-c", "core.hooksPath=/dev/null",
            "-c", "core.quotePath=false",
            "-c", "log.showSignature=false",
            "-c", "protocol.allow=never");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "GIT_OPTIONAL_LOCKS", "0",
            "GIT_TERMINAL_PROMPT", "0",
            "GIT_NO_LAZY_FETCH", "1",
            "GIT_PAGER", "cat",
            "LC_ALL", "C.UTF-8");

    private final Path directory;
    private final Path scratch;

    private Git(Path directory, Path scratch) {
        this.directory = directory;
        this.scratch = scratch;
    }

    /**
     * Empty if git is not installed, or does not look after this directory (no repository, or ignored by the one around it).
     *
     * @param scratch a folder for git's answers while they are read
     */
    public static Optional<Git> at(Path directory, Path scratch) throws IOException, InterruptedException {
        Git git = new Git(directory, scratch);
        boolean inside = git.says("true", "rev-parse", "--is-inside-work-tree");
        return inside && git.ask("check-ignore", "-q", ".").isEmpty() ? Optional.of(git) : Optional.empty();
    }

    /** Tells if git's answer is this word. */
    public boolean says(String word, String... arguments) throws IOException, InterruptedException {
        return ask(arguments).map(String::strip).filter(word::equals).isPresent();
    }

    /** Asks git; the answer is empty if it ended with an error, or is not installed. */
    public Optional<String> ask(String... arguments) throws IOException, InterruptedException {
        Path answer = Files.createTempFile(scratch, "git", ".out");
        try {
            List<String> command = new ArrayList<>(List.of("git"));
            command.addAll(HARMLESS);
            command.addAll(List.of(arguments));
            return run(command, answer)
                    ? Optional.of(new String(Files.readAllBytes(answer), StandardCharsets.UTF_8))
                    : Optional.empty();
        } finally {
            Files.deleteIfExists(answer);
        }
    }

    private boolean run(List<String> command, Path answer) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(answer.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(ENVIRONMENT);
        builder.environment().keySet().removeAll(List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return false; // git is not installed
        }
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw TaskFailure.retryable(
                        "GIT_TOO_SLOW", "git did not answer within " + LIMIT.toMinutes() + " minutes");
            }
            return process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }
}
