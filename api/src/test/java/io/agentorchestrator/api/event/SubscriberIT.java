package io.agentorchestrator.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.EventFeed;
import io.agentorchestrator.api.testkit.TestApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Subscribers come and go, the store and the server too. */
class SubscriberIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final TestApi API = TestApi.start(
            "--orchestrator.events.max-subscribers=8",
            "--orchestrator.events.comment-interval=200ms",
            "--orchestrator.database.connection-timeout=500ms");

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void moreSubscribersThanAllowedAreToldToComeLater() {
        List<EventFeed> feeds = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            feeds.add(API.events("/v1/events"));
        }
        await().atMost(LIMIT).until(() -> subscribers() == 8);

        Answer refused = API.get("/v1/events").isProblem(503, "OVERLOADED");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();

        feeds.forEach(EventFeed::close);
        await().atMost(LIMIT).until(() -> subscribers() == 0);
        API.events("/v1/events").close();
    }

    @Test
    void aSubscriberThatWentAwayIsNoticedThoughNothingHappens() throws IOException {
        URI uri = URI.create(API.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream()
                    .write("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            await().atMost(LIMIT).until(() -> subscribers() == 1);
        }
        await().atMost(LIMIT).until(() -> subscribers() == 0);
    }

    @Test
    void aQuietStreamShowsThatItIsAlive() {
        try (EventFeed feed = API.events("/v1/events", "Orchestrator-Tenant", "quiet")) {
            await().atMost(LIMIT).until(() -> feed.comments() >= 3);
            assertThat(feed.events()).isEmpty();
        }
        await().atMost(LIMIT).until(() -> subscribers() == 0);
    }

    @Test
    void aStreamOutlivesAStoreThatWasAway() {
        try (EventFeed feed = API.events("/v1/events", "Orchestrator-Tenant", "outlives")) {
            API.database().goAway();
            API.get("/v1/events").isProblem(503, "STORE_UNAVAILABLE");
            API.database().comeBack();
            await().atMost(LIMIT)
                    .until(() -> API.post("/v1/tasks", "{\"task_type\":\"x\"}", "Orchestrator-Tenant", "outlives")
                                    .status()
                            == 202);
            await().atMost(LIMIT).until(() -> !feed.events().isEmpty());
            assertThat(feed.ended()).isFalse();
        }
        await().atMost(LIMIT).until(() -> subscribers() == 0);
    }

    @Test
    void clientsThatDoNotReadHoldNeitherConnectionsNorOthersUp() throws IOException {
        API.database().client().sql("""
                insert into event (tenant, status, task_type)
                select 'slow', 'QUEUED', repeat('x', 500) from generate_series(1, 20000)
                """).update();
        List<Socket> slow = new ArrayList<>();
        for (int n = 0; n < 6; n++) {
            slow.add(subscribeWithoutReading());
        }
        await().atMost(LIMIT).until(() -> subscribers() == 6);

        try (EventFeed feed = API.events("/v1/events", "Orchestrator-Tenant", "slow")) {
            API.post("/v1/tasks", "{\"task_type\":\"x\"}", "Orchestrator-Tenant", "slow")
                    .isOk(202);
            await().atMost(LIMIT).until(() -> !feed.events().isEmpty());
            await().atMost(LIMIT).until(() -> metric("hikaricp_connections_active{pool=\"api\"}") == 0);
            assertThat(subscribers()).isEqualTo(7);
        }
        for (Socket socket : slow) {
            socket.close();
        }
        await().atMost(LIMIT).until(() -> subscribers() == 0);
    }

    private static Socket subscribeWithoutReading() throws IOException {
        URI uri = URI.create(API.url());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.getOutputStream()
                .write(
                        "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nOrchestrator-Tenant: slow\r\nLast-Event-ID: 0-0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void streamsEndWhenTheServerStopsAndDoNotHoldItUp() {
        TestApi api = TestApi.start();
        try (EventFeed feed = api.events("/v1/events")) {
            Instant before = Instant.now();
            api.stop();

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
            await().atMost(LIMIT).until(feed::ended);
            assertThat(feed.failure()).as("the end is a proper one").isNull();
        } finally {
            api.close();
        }
    }

    private static int subscribers() {
        return metric("events_subscribers");
    }

    private static int metric(String name) {
        return API.get("/actuator/prometheus")
                .isOk(200)
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
