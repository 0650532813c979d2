package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Stops processes with SIGSTOP for a while: they are there, and do nothing. */
public final class Standstills {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Standstills() {}

    /** Stops a process and its children, and lets them go on after a while, or when interrupted. */
    public static void stop(long pid, Duration length) throws IOException, InterruptedException {
        List<String> pids = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(process -> Long.toString(process.pid()))
                .toList();
        signal("-STOP", pids);
        try {
            Thread.sleep(length);
        } finally {
            signal("-CONT", pids);
        }
    }

    private static void signal(String signal, List<String> pids) throws IOException, InterruptedException {
        Command.Result result = Command.run(
                LIMIT, Stream.concat(Stream.of("kill", signal), pids.stream()).toList());
        if (!result.succeeded()) {
            throw new CliFailure("kill " + signal + " failed: " + result.lastLine());
        }
    }
}
