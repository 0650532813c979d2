package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against an API of a few lines. */
class OrchestratorCommandIT {
    @TempDir
    private Path directory;

    private FakeApi api;
    private Terminal terminal;

    @BeforeEach
    void serve() throws IOException {
        api = new FakeApi();
        terminal = new Terminal(directory, api);
        Files.writeString(directory.resolve("dag.yaml"), "inputs: {n: 1}\ntasks: [{key: a, task_type: simulated}]\n");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private int orchestrator(String... arguments) {
        return terminal.orchestrator(arguments);
    }

    @Test
    void aRunThatCompletesExitsWithZero() {
        assertThat(orchestrator("run", "dag.yaml", "--input-json", "n=2")).isZero();

        assertThat(api.requests)
                .anyMatch(request -> request.startsWith("POST /v1/dags ") && request.contains("inputs: {n: 2}"));
        assertThat(terminal.out())
                .contains("a COMPLETED")
                .contains("demo COMPLETED")
                .contains("report: /r.md");
    }

    @Test
    void aRunThatFailsExitsWithOne() {
        api.status.set("FAILED");

        assertThat(orchestrator("run", "dag.yaml")).isEqualTo(1);
        assertThat(terminal.out()).contains("demo FAILED");
    }

    @Test
    void aRefusalIsReadable() throws IOException {
        Files.writeString(directory.resolve("bad.yaml"), "name: refuse\n");

        assertThat(orchestrator("run", "bad.yaml")).isEqualTo(1);
        assertThat(terminal.err()).contains("The API refused (422 INVALID): refused");
    }

    @Test
    void submitAndGetSpeakJson() {
        assertThat(orchestrator("submit", "dag.yaml", "--json")).isZero();
        assertThat(orchestrator("get", "d1", "--json")).isZero();
        assertThat(terminal.out()).startsWith(FakeApi.ACCEPTED + "{").contains("\"status\": \"COMPLETED\"");
        assertThat(orchestrator("get", "../x")).isEqualTo(2);
    }

    @Test
    void submitPrintsTheIdAloneAndSaysTheRestBeside() {
        assertThat(orchestrator("submit", "dag.yaml")).isZero();

        assertThat(terminal.out()).isEqualTo("d1\n");
        assertThat(terminal.err()).isEqualTo("Follow it with ./orchestrator watch d1\n");
    }

    @Test
    void wrongUsageExitsWithTwo() {
        assertThat(orchestrator()).isEqualTo(2);
        assertThat(orchestrator("fly")).isEqualTo(2);
        assertThat(orchestrator("up", "--api-port", "x")).isEqualTo(2);
        for (String port : List.of("0", "-5", "70000")) {
            assertThat(orchestrator("up", "--redis-port", port)).as(port).isEqualTo(2);
        }
        assertThat(orchestrator("dlq")).isEqualTo(2);
    }

    @Test
    void theLoadTestSaysThatItIsAProgramOfItsOwn() {
        assertThat(orchestrator("load-test")).isEqualTo(1);
        assertThat(terminal.err()).contains("run ./orchestrator load-test in a checkout");
        assertThat(orchestrator("--help")).isZero();
        assertThat(terminal.out()).contains("load-test   Puts load on this checkout's embedded stack");
    }

    @Test
    void everyVerbHasHelp() {
        for (String verb : List.of(
                "run",
                "up",
                "down",
                "status",
                "doctor",
                "submit",
                "validate",
                "list",
                "completion",
                "get",
                "watch",
                "cancel",
                "pause",
                "resume",
                "retry",
                "dlq",
                "agents")) {
            assertThat(orchestrator(verb, "--help")).as(verb).isZero();
        }
        for (String verb : List.of("list", "show", "reprocess", "delete", "rebuild")) {
            assertThat(orchestrator("dlq", verb, "--help")).as(verb).isZero();
        }
        assertThat(orchestrator("--help")).isZero();
        assertThat(terminal.out()).contains("codebase-review.yaml").doesNotContain("supervise");
    }

    @Test
    void whereThisCheckoutsApiIsAwayTheCommandThatBringsItBackIsNamed() throws IOException {
        StackLayout layout = StackLayout.of(directory);
        Files.createDirectories(layout.settingsFile().getParent());
        Ports ports = new Ports(1, 8081, 7233, 8233, 54329, 6379);
        StateFiles.write(layout, StackSettings.of(ports, Map.of(), false));

        assertThat(orchestrator("list", "--api", "http://127.0.0.1:1/")).isEqualTo(1);
        assertThat(terminal.err()).contains("Start one with ./orchestrator up --detach --api-port 1, or");
        assertThat(orchestrator("list", "--api", "http://127.0.0.1:2")).isEqualTo(1);
        assertThat(terminal.err()).contains("127.0.0.1:2: nothing listens there. Start one with ./orchestrator up, or");
        assertThat(orchestrator("status")).isEqualTo(1);
        assertThat(terminal.out()).contains("bring it back with ./orchestrator up --detach --api-port 1\n");
    }

    @Test
    void statusOfAStackThatIsDownExitsWithOne() {
        assertThat(orchestrator("status")).isEqualTo(1);
        assertThat(orchestrator("status", "--json")).isEqualTo(1);
        assertThat(orchestrator("down")).isZero();
        assertThat(terminal.out()).contains("postgres").contains("\"state\" : \"STOPPED\"");
    }
}
