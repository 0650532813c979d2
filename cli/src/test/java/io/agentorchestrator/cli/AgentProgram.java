package io.agentorchestrator.cli;

import java.io.IOException;
import java.nio.file.Path;

/** The simulated agent as a process of its own, beside those that a stack runs. */
public final class AgentProgram {
    private AgentProgram() {}

    /**
     * Starts one, which the caller ends.
     *
     * @param slots how many tasks it takes at once
     * @param type what it serves beside {@code simulated}
     */
    public static Process start(RealStack stack, int slots, Path log, String type) throws IOException {
        Path applications = stack.layout().applications();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:cds=off,aot=off",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "@" + applications.resolve("agents.classpath"),
                        "io.agentorchestrator.agents.AgentsMain",
                        "simulated",
                        "--orchestrator",
                        stack.apiUrl(),
                        "--types",
                        type,
                        "--max-concurrent-tasks",
                        Integer.toString(slots),
                        "--ledger",
                        stack.layout().data().resolve("ledger").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}
