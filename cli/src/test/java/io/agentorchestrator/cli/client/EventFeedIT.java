package io.agentorchestrator.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The feed against a server that breaks off, falls silent, is busy, and refuses. */
class EventFeedIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> resumedAfter = new CopyOnWriteArrayList<>();
    private final List<ServerEvent> events = new CopyOnWriteArrayList<>();
    private HttpServer server;

    private interface ApiAnswer {
        void to(HttpExchange exchange, int connection) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.close();
    }

    private void answer(ApiAnswer answer) {
        server.createContext("/v1/events", exchange -> {
            String after = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            resumedAfter.add(after == null ? "" : after);
            try {
                answer.to(exchange, resumedAfter.size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
    }

    private EventFeed feed(Duration maxSilence) {
        ApiClient api = new ApiClient("http://127.0.0.1:" + server.getAddress().getPort());
        return EventFeed.open(api, "/v1/events", events::add, maxSilence);
    }

    private static void write(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    private static void event(HttpExchange exchange, int number) throws IOException {
        write(exchange, "id: 5-%d\nevent: task\ndata: {\"n\":%d}\n\n".formatted(number, number));
    }

    @Test
    void goesOnBehindTheLastEventAfterABreak() throws Exception {
        answer((exchange, connection) -> {
            exchange.sendResponseHeaders(200, 0);
            event(exchange, connection);
            if (connection > 2) {
                over.await();
            }
            write(exchange, "id: 9-9\ndata: {\"half\""); // broken off: such an event never was
        });

        try (EventFeed feed = feed(EventFeed.MAX_SILENCE)) {
            await().atMost(SOON).until(() -> events.size() >= 3);
            assertThat(feed.live()).isTrue();
            assertThat(feed.awaitNews(SOON)).isTrue();
        }
        assertThat(resumedAfter).containsExactly("", "5-1", "5-2");
        assertThat(events).extracting(ServerEvent::id).containsExactly("5-1", "5-2", "5-3");
    }

    @Test
    void leavesAConnectionThatFellSilent() throws Exception {
        answer((exchange, connection) -> {
            exchange.sendResponseHeaders(200, 0);
            event(exchange, connection);
            over.await();
        });

        try (EventFeed feed = feed(Duration.ofMillis(300))) {
            await().atMost(SOON).until(() -> {
                feed.awaitNews(Duration.ofMillis(50));
                return events.size() >= 2;
            });
        }
        assertThat(resumedAfter).startsWith("", "5-1");
    }

    @Test
    void comesBackToABusyServer() {
        answer((exchange, connection) -> {
            exchange.sendResponseHeaders(connection < 3 ? 503 : 200, 0);
            if (connection >= 3) {
                event(exchange, connection);
                over.await();
            }
        });

        try (EventFeed feed = feed(EventFeed.MAX_SILENCE)) {
            await().atMost(SOON).until(() -> events.size() == 1);
            assertThat(feed.refusal()).isEmpty();
        }
    }

    @Test
    void givesUpWhereItIsRefused() throws Exception {
        answer((exchange, connection) -> {
            exchange.sendResponseHeaders(404, 0);
            write(exchange, "{\"code\": \"NOT_FOUND\", \"detail\": \"no such DAG\"}");
        });

        try (EventFeed feed = feed(EventFeed.MAX_SILENCE)) {
            await().atMost(SOON).until(() -> feed.refusal().isPresent());
            assertThat(feed.refusal().orElseThrow()).hasMessageContaining("no such DAG");
            assertThat(feed.live()).isFalse();
            assertThat(feed.awaitNews(Duration.ofMillis(10))).isFalse();
        }
        assertThat(resumedAfter).hasSize(1);
    }
}
