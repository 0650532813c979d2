package io.agentorchestrator.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.sdk.registration.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class AgentsMainTest {
    @TempDir
    private Path directory;

    @Test
    void theSimulatedAgentServesItsTypesUntilItIsToldToStopAndExitsWithZero() throws Exception {
        assertServes(
                "[\"alpha\",\"beta\",\"simulated\"]",
                "simulated",
                "--types",
                "alpha,beta",
                "--ledger",
                directory.resolve("ledger").toString());
        assertThat(directory.resolve("ledger")).isDirectory();
    }

    @Test
    void severalAgentsOfOneProcessAreInThePoolsOfTheirTypesInTurn() throws Exception {
        try (FakeRegistry registry = new FakeRegistry()) {
            String[] arguments = {
                "simulated",
                "--agents",
                "3",
                "--types",
                "alpha,beta",
                "--ledger",
                directory.resolve("ledger").toString(),
                "--orchestrator",
                registry.uri().toString()
            };
            Process agent = start(arguments);
            try {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> registry.calls("POST").size() == 3);
                assertThat(registry.calls("POST"))
                        .extracting(call -> call.body().replaceAll(".*agent_types\":|].*", ""))
                        .containsExactlyInAnyOrder(
                                "[\"alpha\",\"beta\",\"simulated\"",
                                "[\"beta\",\"alpha\",\"simulated\"",
                                "[\"alpha\",\"beta\",\"simulated\"");

                agent.destroy();

                assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(agent.exitValue()).as(log()).isZero();
                assertThat(registry.calls("DELETE")).hasSize(3);
            } finally {
                agent.destroyForcibly();
            }
        }
    }

    @Test
    void refusesAPortForSeveralAgents() throws Exception {
        Process agent = start("simulated", "--agents", "2", "--port", "7000", "--ledger", directory.toString());

        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(1);
        assertThat(log()).contains("--port is for one agent: leave it out");
    }

    @Test
    void theSourceAgentServesItsTypesUntilItIsToldToStopAndExitsWithZero() throws Exception {
        assertServes(
                "\"source-inventory\"",
                "source",
                "--reports",
                directory.resolve("reports").toString());
    }

    @Test
    void saysWhatIsWrongWithItsOptions() throws Exception {
        Process agent = start("simulated", "--max-concurrent-tasks", "0", "--ledger", directory.toString());

        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(1);
        assertThat(log()).contains("max-concurrent-tasks must be 1 to");
    }

    private void assertServes(String types, String... arguments) throws Exception {
        try (FakeRegistry registry = new FakeRegistry()) {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--orchestrator", registry.uri().toString()));
            Process agent = start(all.toArray(String[]::new));
            try {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> !registry.calls("PUT").isEmpty());
                assertThat(registry.calls("POST").getFirst().body()).contains(types);

                agent.destroy();

                assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(agent.exitValue()).as(log()).isZero();
                assertThat(registry.calls("DELETE")).hasSize(1);
            } finally {
                agent.destroyForcibly();
            }
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AgentsMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }
}
