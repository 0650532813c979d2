package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The agent of examples/python-agent, installed and started as its README says, by whatever Python this machine has. */
final class PythonAgent {
    private static final Path EXAMPLE = Path.of("../examples/python-agent").toAbsolutePath();
    private static final Path PROTOCOL = Path.of("../protocol/src/main/proto").toAbsolutePath();
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(4);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final String IS_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))";

    private final Path home;

    private PythonAgent(Path home) {
        this.home = home;
    }

    /** Installs it in a directory; skips the test, and says why, where Python or what the agent needs cannot be had. */
    static PythonAgent installIn(Path home) throws Exception {
        require("no Python 3.11 or newer", List.of("python3", "-c", IS_NEW_ENOUGH));
        require("python3 has no venv", List.of("python3", "-m", "venv", home.toString()));
        String python = home.resolve("bin/python").toString();
        require(
                "pip cannot get what the agent needs",
                List.of(
                        python,
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "-r",
                        EXAMPLE.resolve("requirements.txt").toString()));
        for (String file : List.of("agent.py", "agent_protocol.py", "test_agent.py")) {
            Files.copy(EXAMPLE.resolve(file), home.resolve(file));
        }
        Command.Result generated = Command.run(
                INSTALL_LIMIT,
                List.of(
                        python,
                        "-m",
                        "grpc_tools.protoc",
                        "-I",
                        PROTOCOL.toString(),
                        "--python_out=" + home,
                        "--grpc_python_out=" + home,
                        "agentorchestrator/agent/v1/agent.proto"));
        assertThat(generated.succeeded()).as(generated.output()).isTrue();
        return new PythonAgent(home);
    }

    private static void require(String missing, List<String> command) throws InterruptedException {
        Command.Result result = Command.run(INSTALL_LIMIT, command);
        Assumptions.assumeTrue(result.succeeded(), () -> "not tested: " + missing + ": " + result.output());
    }

    /** Runs its own tests, which speak to it as a worker does. */
    Command.Result ownTests() throws InterruptedException {
        return Command.run(
                INSTALL_LIMIT, List.of("sh", "-c", "cd '" + home + "' && bin/python -m unittest test_agent"));
    }

    /** Starts it, and waits until it is registered; the caller ends it. */
    Process start(RealStack stack, int slots) throws IOException {
        Path log = home.resolve("agent-" + System.nanoTime() + ".log");
        Process agent = new ProcessBuilder(
                        home.resolve("bin/python").toString(),
                        home.resolve("agent.py").toString(),
                        "--orchestrator",
                        stack.apiUrl(),
                        "--slots",
                        Integer.toString(slots))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RealStack.patiently().until(() -> {
            assertThat(agent.isAlive()).as(Files.readString(log)).isTrue();
            return Files.readString(log).contains("Registered as agent");
        });
        return agent;
    }

    /** Asks it to stop, as a service manager does; the exit code. */
    static int stop(Process agent) throws InterruptedException {
        agent.destroy();
        assertThat(agent.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return agent.exitValue();
    }
}
