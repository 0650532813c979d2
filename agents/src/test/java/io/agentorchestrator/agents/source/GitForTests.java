package io.agentorchestrator.agents.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes repositories for tests, whatever the machine's own git configuration says. */
public final class GitForTests {
    private GitForTests() {}

    public static boolean isInstalled() {
        try {
            return run(Path.of("."), List.of("git", "--version")) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    public static void git(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(arguments));
        if (run(directory, command) != 0) {
            throw new IOException("failed: " + command);
        }
    }

    private static int run(Path directory, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z");
        builder.environment().put("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z");
        Process process = builder.start();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("too slow: " + command);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
