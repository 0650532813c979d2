package io.agentorchestrator.api.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.testkit.TestApi;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserIT {
    private static final TestApi API = TestApi.shared();
    private static final URI BASE = URI.create(API.url());
    private static final String TASK = "{\"task_type\":\"browsed\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: nonsense",
                "Sec-Fetch-Site: cross-site\r\nOrigin: http://HOST",
                "Origin: http://evil.test",
                "Origin: http://127.0.0.1:1",
                "Origin: null",
                "Origin: http://HOST.evil.test",
                "Origin: {}",
            })
    void pagesOfOtherSitesChangeNothing(String headers) throws IOException {
        for (String route : new String[] {
            "POST /v1/tasks",
            "POST /v1/dags",
            "POST /v1/dead-letters/reprocess",
            "PUT /v1/agents/a/heartbeat",
            "DELETE /v1/agents/a",
            "PATCH /v1/tasks/a",
            "POST /v1/nothing",
            "POST /temporal-codec/..;/v1/tasks",
            "POST /temporal-codec/../v1/tasks",
            "POST /actuator/health"
        }) {
            Reply reply = exchange(route, headers.replace("HOST", BASE.getAuthority()), TASK);
            assertThat(reply.status).as(route).isEqualTo(403);
            assertThat(reply.body).as(route).contains("\"code\":\"CROSS_SITE_REQUEST\"");
            assertThat(reply.headers.get("Content-Type")).startsWith("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: no browser",
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Site: same-origin\r\nOrigin: https://proxied.test",
                "Origin: http://HOST",
                "Origin: https://HOST",
            })
    void ourOwnPagesAndOtherClientsDo(String headers) throws IOException {
        assertThat(exchange("POST /v1/tasks", headers.replace("HOST", BASE.getAuthority()), TASK).status)
                .isEqualTo(202);
    }

    @Test
    void pagesOfOtherSitesMayLinkHereButNotRead() throws IOException {
        Reply reply = exchange("GET /v1/tasks?limit=1", "Sec-Fetch-Site: cross-site\r\nOrigin: http://evil.test", "");
        assertThat(reply.status).isEqualTo(200);
        assertThat(reply.headers).doesNotContainKey("Access-Control-Allow-Origin");

        for (String path :
                new String[] {"/v1/tasks", "/v3/api-docs", "/actuator/prometheus", "/swagger-ui/index.html"}) {
            Reply preflight =
                    exchange("OPTIONS " + path, "Origin: http://evil.test\r\nAccess-Control-Request-Method: POST", "");
            assertThat(preflight.status).as(path).isEqualTo(403);
            assertThat(preflight.body).contains("ORIGIN_NOT_ALLOWED");
            assertThat(preflight.headers).doesNotContainKey("Access-Control-Allow-Origin");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/tasks?limit=1",
                "GET /v1/tasks/none",
                "GET /v1/%zz",
                "GET /nothing",
                "NONSENSE /v1/tasks",
                "POST /v1/tasks",
                "POST /temporal-codec/decode",
                "GET /actuator/health",
                "GET /actuator/prometheus",
                "GET /v3/api-docs",
                "GET /swagger-ui.html",
            })
    void everyAnswerKeepsBrowsersFromMakingMoreOfIt(String route) throws IOException {
        Reply reply = exchange(route, "X: y", "");
        assertThat(reply.headers)
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Referrer-Policy", "no-referrer")
                .containsEntry("X-Frame-Options", "DENY")
                .containsEntry("Cross-Origin-Resource-Policy", "same-origin");
        assertThat(reply.headers.get("Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'");
    }

    @Test
    void aStreamHasThemToo() throws IOException {
        assertThat(exchange("HEAD /v1/events", "X: y", "").headers).containsEntry("X-Content-Type-Options", "nosniff");
    }

    @Test
    void thePagesOfTheSwaggerUiGetWhatTheyNeedAndNoMore() throws IOException {
        Reply page = exchange("GET /swagger-ui/index.html", "X: y", "");
        assertThat(page.status).isEqualTo(200);
        assertThat(page.headers.get("Content-Security-Policy"))
                .contains("script-src 'self';")
                .contains("connect-src 'self'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe-eval")
                .doesNotContain("*");
        // Nothing on the page would need more.
        assertThat(page.body)
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContainPattern("(src|href)=\"https?:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.test",
                "EVIL.test:8080",
                "localhost.evil.test",
                "127.0.0.1.evil.test",
                "127.0.0.1evil",
                "1.2.3.4.5",
                "api.example.org",
                "evil.test\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost",
            })
    void aNameThatWasPointedHereReachesNothing(String host) throws IOException {
        for (String route : new String[] {
            "GET /v1/tasks?limit=1",
            "POST /v1/tasks",
            "GET /v1/events",
            "POST /temporal-codec/decode",
            "GET /actuator/health",
            "GET /actuator/prometheus",
            "GET /v3/api-docs",
            "GET /swagger-ui/index.html",
            "GET /nothing"
        }) {
            Reply reply = exchange(BASE, host, route, "Sec-Fetch-Site: same-origin", TASK);
            assertThat(reply.status).as(route).isEqualTo(403);
            assertThat(reply.body)
                    .as(route)
                    .contains("\"code\":\"HOST_NOT_ALLOWED\"")
                    .contains("\"header\":\"Host\"")
                    .contains("orchestrator.http.host-names");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:8080",
                "localhost.",
                "127.0.0.1",
                "10.1.2.3:8080",
                "[::1]:8080",
                "[fe80::1]"
            })
    void localhostAndAddressesAreAlwaysOurs(String host) throws IOException {
        assertThat(exchange(BASE, host, "GET /actuator/health/liveness", "X: y", "").status)
                .isEqualTo(200);
        assertThat(exchange(BASE, host, "POST /v1/tasks", "X: y", TASK).status).isEqualTo(202);
    }

    @Test
    void namesThatAreSetAreOursAndNoOthers() throws IOException {
        try (TestApi api = TestApi.start("--orchestrator.http.host-names=API.example.org,orchestrator-api")) {
            URI base = URI.create(api.url());
            for (String host : new String[] {"api.example.org", "orchestrator-api:8080", "localhost"}) {
                assertThat(exchange(base, host, "GET /v1/tasks", "X: y", "").status)
                        .as(host)
                        .isEqualTo(200);
            }
            assertThat(exchange(base, "example.org", "GET /v1/tasks", "X: y", "").status)
                    .isEqualTo(403);
        }
        assertThatThrownBy(() -> TestApi.startUnready(API.database(), "--orchestrator.http.host-names=https://api"))
                .hasStackTraceContaining("orchestrator.http.host-names: 'https://api' is no host name");
    }

    private record Reply(int status, Map<String, String> headers, String body) {}

    /** Over a bare socket: Java's client does not let Origin be set. */
    private static Reply exchange(String route, String headers, String body) throws IOException {
        return exchange(BASE, BASE.getAuthority(), route, headers, body);
    }

    private static Reply exchange(URI base, String host, String route, String headers, String body) throws IOException {
        String request = "%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n".formatted(route, host, headers)
                + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
            Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            head.lines()
                    .skip(1)
                    .forEach(line ->
                            found.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)));
            return new Reply(
                    Integer.parseInt(answer.substring(9, 12)), found, answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }
}
