package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against an API of three lines. */
class OrchestratorCommandIT {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicReference<String> submitted = new AtomicReference<>("");
    private final AtomicReference<String> status = new AtomicReference<>("COMPLETED");
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/v1/dags", this::dags);
        server.start();
        Files.writeString(directory.resolve("dag.yaml"), "inputs: {n: 1}\ntasks: [{key: a, task_type: simulated}]\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void dags(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            submitted.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (submitted.get().contains("refuse")) {
                answer(exchange, 422, "{\"code\": \"INVALID\", \"detail\": \"refused\"}");
            } else {
                answer(exchange, 202, "{\"dag_id\": \"d1\"}");
            }
        } else if (exchange.getRequestURI().getPath().endsWith("/d1")) {
            answer(exchange, 200, """
                    {"dag_id": "d1", "name": "demo", "status": "%s", "tasks": [{"key": "a", "status": "%s", "attempt": 1,
                     "depends_on": [], "result": {"report": "/r.md"}}]}""".formatted(status.get(), status.get()));
        } else {
            answer(exchange, 404, "{\"code\": \"NOT_FOUND\", \"detail\": \"no such thing\"}");
        }
    }

    private static void answer(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private int orchestrator(String... arguments) {
        String api = "http://127.0.0.1:" + server.getAddress().getPort();
        Invocation invocation = new Invocation(
                StackLayout.of(directory),
                directory,
                Map.of("ORCHESTRATOR_API", api),
                false,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return OrchestratorCommand.run(invocation, arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aRunThatCompletesExitsWithZero() {
        assertThat(orchestrator("run", "dag.yaml", "--input", "n=2")).isZero();

        assertThat(submitted.get()).contains("\"n\":2");
        assertThat(out()).contains("a COMPLETED").contains("demo COMPLETED").contains("report: /r.md");
    }

    @Test
    void aRunThatFailsExitsWithOne() {
        status.set("FAILED");

        assertThat(orchestrator("run", "dag.yaml")).isEqualTo(1);
        assertThat(out()).contains("demo FAILED");
    }

    @Test
    void aRefusalIsReadable() throws IOException {
        Files.writeString(directory.resolve("bad.yaml"), "name: refuse\n");

        assertThat(orchestrator("run", "bad.yaml")).isEqualTo(1);
        assertThat(err()).contains("The API refused (422 INVALID): refused");
    }

    @Test
    void submitAndGetSpeakJson() {
        assertThat(orchestrator("submit", "dag.yaml", "--json")).isZero();
        assertThat(orchestrator("get", "d1", "--json")).isZero();
        assertThat(out()).contains("\"dag_id\" : \"d1\"").contains("\"status\" : \"COMPLETED\"");
        assertThat(orchestrator("get", "../x")).isEqualTo(1);
    }

    @Test
    void wrongUsageExitsWithTwo() {
        assertThat(orchestrator()).isEqualTo(2);
        assertThat(orchestrator("fly")).isEqualTo(2);
        assertThat(orchestrator("up", "--api-port", "x")).isEqualTo(2);
    }

    @Test
    void everyVerbHasHelp() {
        for (String verb : new String[] {"run", "up", "down", "status", "doctor", "submit", "get", "agents"}) {
            assertThat(orchestrator(verb, "--help")).as(verb).isZero();
        }
        assertThat(orchestrator("--help")).isZero();
        assertThat(out()).contains("codebase-review.yaml").doesNotContain("supervise");
    }

    @Test
    void statusOfAStackThatIsDownExitsWithOne() {
        assertThat(orchestrator("status")).isEqualTo(1);
        assertThat(orchestrator("status", "--json")).isEqualTo(1);
        assertThat(orchestrator("down")).isZero();
        assertThat(out()).contains("postgres").contains("\"state\" : \"STOPPED\"");
    }
}
