package io.agentorchestrator.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.TestApi;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no proper client sends, and that Tomcat refuses before our code sees them. */
class RawRequestIT {
    private static final TestApi API = TestApi.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/tasks?x={ HTTP/1.1 | 400",
                "GET /v1/tasks?status=%zz HTTP/1.1 | 400",
                "GET /v1/%zz HTTP/1.1 | 400",
                "GET /v1/tasks/a%2Fb HTTP/1.1 | 400",
                "GET /v1/tasks/%00 HTTP/1.1 | 400",
                "POST /v1/tasks;x=y HTTP/1.1 | 400",
                "NONSENSE /v1/tasks HTTP/1.1 | 405",
                "PUT /v1/settings/x%00 HTTP/1.1 | 400",
                "GET /v1/tasks?label=%zz HTTP/1.1 | 400",
                "GET /v1/tasks?label=c=%ff HTTP/1.1 | 400",
            })
    void isAnsweredWithAProblem(String requestLine, int status) throws IOException {
        String answer = exchange(requestLine + "\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*");
        assertThat(answer)
                .contains("application/problem+json")
                .contains("\"code\":\"")
                .doesNotContain("<html");
        if (answer.startsWith("HTTP/1.1 400")) {
            assertThat(answer).contains("\"errors\":[{\"pointer\":\"\",", "\"message\":\"");
            assertThat(answer).doesNotContain("\"detail\":\"The request cannot be understood\"");
        }
        assertThat(answer)
                .satisfiesAnyOf(
                        text -> assertThat(text).startsWith("HTTP/1.1 " + status),
                        text -> assertThat(text).startsWith("HTTP/1.1 404"),
                        text -> assertThat(text).startsWith("HTTP/1.1 415"));
    }

    @Test
    void headersThatAreTooLargeAreAProblem() throws IOException {
        String answer = exchange("GET /v1/tasks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: "
                + "x".repeat(100_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 4").contains("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: localhost\\r\\nTransfer-Encoding: bogus | Transfer-Encoding",
                "Host: localhost\\r\\nHost: y | one Host header",
                "X: none | one Host header",
                "Host: localhost\\r\\nExpect: 200-maybe | Expect",
            })
    void aHeaderThatTomcatRefusesIsNamed(String headers, String named) throws IOException {
        String answer = exchange(
                "POST /v1/tasks HTTP/1.1\r\n" + headers.replace("\\r\\n", "\r\n") + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", named, "\"errors\":[{");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/3.0", "HTTP/9.9"})
    void aVersionThatIsNotSpokenIsTheClientsMistake(String version) throws IOException {
        String answer = exchange("GET /v1/tasks " + version + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", "use HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n{}\r\n",
                "ffffffffffffffff\r\n{}\r\n",
                "2\r\n{}x",
                "2\r\n{}\r\n0\r\nX: ",
            })
    void chunksThatAreNoneAreSaidToBe(String chunks) throws IOException {
        String answer = exchange("POST /v1/tasks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks
                + (chunks.endsWith(": ") ? "x".repeat(20_000) : "") + "\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "could not be read to its end", "\"errors\":[{");
    }

    @Test
    void whatIsRepeatedOfARequestIsShortAndWhole() {
        String name = "a".repeat(98) + "%F0%9F%98%80".repeat(200);
        String dag = "{\"on_failure\":\"%s\"}".formatted("a".repeat(98) + "😀".repeat(1_000));
        for (String path : List.of(
                "/v1/tasks/%s",
                "/v1/dags/%s", "/v1/dags/%s/events", "/v1/commands/%s", "/v1/dead-letters/%s", "/v1/tasks?dag_id=%s")) {
            String answer = API.get(path.formatted(name)).text();

            assertThat(answer).contains("aaa…").hasSizeLessThan(600);
        }
        assertThat(API.post("/v1/dags", dag).text()).contains("aaa…").doesNotContain("\\u");
        assertThat(API.put("/v1/settings/" + name, "{}").text()).contains("aaa…");
        assertThat(API.post("/v1/agents/" + name + "/drain", "{}").text()).hasSizeLessThan(600);
    }

    @Test
    void whatMayBeDoneInsteadOfATraceIsThatOfTheRoute() throws IOException {
        String answer =
                exchange("TRACE /v1/tasks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSecret: s\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 405")
                .contains("application/problem+json", "\"code\":\"METHOD_NOT_ALLOWED\"")
                .containsOnlyOnce("Allow:")
                .contains("Allow: GET, POST\r\n")
                .doesNotContain("Secret");
    }

    @Test
    void thePageOfErrorsIsNone() {
        API.get("/error").isProblem(404, "NOT_FOUND");
        API.get("/actuator/nothing").isProblem(404, "NOT_FOUND");
        API.get("/actuator/prometheus/nothing").isProblem(404, "NOT_FOUND");
        API.get("/actuator/health/nothing").isProblem(404, "NOT_FOUND");
        API.get("/actuator/health/liveness/nothing").isProblem(404, "NOT_FOUND");
    }

    private static String exchange(String request) throws IOException {
        URI uri = URI.create(API.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
