package io.agentorchestrator.cli.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a short program to its end. */
public final class Command {
    private Command() {}

    /** The output of a program (both streams) and its exit code; {@code exit} is -1 when it could not run or took too long. */
    public record Result(int exit, String output) {
        /** Tells whether it ended with 0. */
        public boolean succeeded() {
            return exit == 0;
        }

        /** The last line that it printed. */
        public String lastLine() {
            return output.strip()
                    .lines()
                    .reduce((first, second) -> second)
                    .orElse("no output")
                    .strip();
        }
    }

    /** Runs a program with further arguments, without input. */
    public static Result run(Duration limit, List<String> command, String... more) throws InterruptedException {
        return run(limit, "", Stream.concat(command.stream(), Stream.of(more)).toList());
    }

    /** Runs a program with this input, within a limit. */
    public static Result run(Duration limit, String input, List<String> command) throws InterruptedException {
        try {
            Path in = Files.createTempFile("orchestrator", ".in");
            Path out = Files.createTempFile("orchestrator", ".out");
            try {
                Files.writeString(in, input);
                Process process = FreshProgram.start(new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile()));
                return await(process, limit, command, out);
            } finally {
                Files.deleteIfExists(in);
                Files.deleteIfExists(out);
            }
        } catch (IOException e) {
            return new Result(-1, command.getFirst() + ": " + e.getMessage());
        }
    }

    private static Result await(Process process, Duration limit, List<String> command, Path out)
            throws InterruptedException, IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Result(-1, command.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), new String(Files.readAllBytes(out), StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }
}
