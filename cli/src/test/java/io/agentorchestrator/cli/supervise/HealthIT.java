package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.agentorchestrator.cli.supervise.Health.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The findings of components by an API that answers, that refuses, and that does neither. */
class HealthIT {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long PID = 4711;

    private final HttpProbe probe = new HttpProbe();
    private HttpServer server;
    private int status = 200;
    private String body = "{}";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private Health ofAgents() throws InterruptedException {
        return probe.ofAgents(url(), "simulated"::equals, START);
    }

    @Test
    void anApiThatTakesConnectionsAndSaysNothingIsToBlameAndNotTheAgents() throws Exception {
        // Bound and not started: the kernel takes the connection, as of a process that is stopped.
        assertThat(probe.ofApplication(url(), PID))
                .isEqualTo(Health.answering(false, PID))
                .extracting(Health::detail)
                .asString()
                .contains("does not answer", "kill -KILL 4711");
        assertThat(ofAgents())
                .returns(Verdict.UNKNOWN, Health::verdict)
                .extracting(Health::detail)
                .asString()
                .contains("the API at " + url() + " does not answer");
    }

    @Test
    void anApiThatIsNotReadyIsNotSaidToBeSilent() throws Exception {
        status = 503;
        server.start();

        assertThat(probe.ofApplication(url(), PID))
                .returns(Verdict.UNREADY, Health::verdict)
                .extracting(Health::detail)
                .asString()
                .contains("answers that it is not ready (503)", url() + "/actuator/health/readiness");
        assertThat(ofAgents().verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void agentsAreWhatTheRegistrySaysOfThem() throws Exception {
        server.start();
        assertThat(probe.ofApplication(url(), PID)).isEqualTo(Health.READY);

        body = "{\"agents\": []}";
        assertThat(ofAgents().verdict()).isEqualTo(Verdict.UNREADY);
        body = "no JSON";
        assertThat(ofAgents().verdict()).isEqualTo(Verdict.UNREADY);
        body = """
                {"agents": [{"agent_types": ["simulated"], "state": "READY", "last_heartbeat_at": "2026-01-01T00:00:01Z"}]}""";
        assertThat(ofAgents()).isEqualTo(Health.READY);
    }
}
