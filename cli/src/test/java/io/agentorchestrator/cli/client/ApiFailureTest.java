package io.agentorchestrator.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ApiFailureTest {
    @Test
    void problemsAreReadable() {
        String problem = """
                {"status": 422, "code": "INVALID_DAG", "detail": "The DAG is invalid.",
                 "errors": [{"pointer": "/tasks/0/depends_on/0", "message": "unknown dependency b"}]}
                """;

        assertThat(new ApiFailure(422, problem))
                .hasMessage("The API refused (422 INVALID_DAG): The DAG is invalid.\n"
                        + "  /tasks/0/depends_on/0: unknown dependency b");
    }

    @Test
    void findingsNameTheirPlace() {
        String problem = """
                {"code": "INVALID_PARAMETER", "detail": "Two are wrong.",
                 "errors": [{"pointer": "", "message": "1 to 5", "parameter": "limit"},
                            {"pointer": "", "message": "an id", "header": "Last-Event-ID"}]}
                """;

        assertThat(new ApiFailure(400, problem)).hasMessageContaining("  limit: 1 to 5\n  Last-Event-ID: an id");
    }

    @Test
    void manyFindingsAreCounted() {
        String findings = "{\"pointer\": \"/x\", \"message\": \"m\"},".repeat(60);
        String problem = "{\"code\": \"C\", \"detail\": \"d\", \"errors\": ["
                + findings.substring(0, findings.length() - 1) + "]}";

        assertThat(new ApiFailure(400, problem).getMessage()).endsWith("  … and 10 more");
    }

    @Test
    void otherAnswersAreQuoted() {
        assertThat(new ApiFailure(502, "<html>bad gateway</html>"))
                .hasMessage("The API answered 502: <html>bad gateway</html>")
                .matches(ApiFailure::passing);
        assertThat(new ApiFailure(404, "{}").passing()).isFalse();
    }

    @Test
    void whatIsThereInsteadOfAnApiIsToldInPlainWords() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (Socket caller = other.accept()) {
                    caller.getOutputStream().write("-ERR unknown command\r\n".getBytes(StandardCharsets.UTF_8));
                } catch (IOException closed) {
                    return;
                }
            });
            assertThatThrownBy(() -> new ApiClient("http://127.0.0.1:" + other.getLocalPort()).get("/v1/dags"))
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("what listens there does not speak HTTP")
                    .hasMessageContaining("--api URL");
        }
        assertThatThrownBy(() -> new ApiClient("http://127.0.0.1:1").get("/v1/dags"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("http://127.0.0.1:1: nothing listens there. Start one with");
        assertThatThrownBy(() -> new ApiClient("http://no-such-host.invalid").get("/v1/dags"))
                .hasMessageContaining("no host has that name");
    }

    @Test
    void anotherServersAnswerIsNoRefusal() throws Exception {
        HttpServer worker = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        worker.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = "{\"status\":404,\"error\":\"Not Found\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(404, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        worker.start();
        try {
            ApiClient api =
                    new ApiClient("http://127.0.0.1:" + worker.getAddress().getPort());
            assertThatThrownBy(() -> api.get("/v1/dags"))
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("--api URL");
            assertThatThrownBy(() -> api.find("/v1/dags/d1")).hasMessageContaining("no Agent Orchestrator's API");
        } finally {
            worker.stop(0);
        }
    }

    @Test
    void anAddressThatIsNoUrlIsRefused() {
        assertThatThrownBy(() -> new ApiClient("localhost:8080"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("http://127.0.0.1:8080");
    }
}
