package io.agentorchestrator.benchmarks.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenLoopTest {
    private static final Request TASK =
            new Request("/v1/tasks", "{\"task_type\":\"load-0\"}".getBytes(StandardCharsets.UTF_8), 1);
    private static final RetryMode INSIST = new RetryMode("run-", Duration.ofSeconds(30));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final CountDownLatch held = new CountDownLatch(1);
    private final TaskLog log = new TaskLog();
    private volatile int refuseFirst;
    private volatile int holdUntilRequest;
    private HttpServer server;
    private Sender sender;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/tasks", this::answer);
        server.setExecutor(threads);
        server.start();
        sender = new Sender("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        sender.close();
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            List<String> key = exchange.getRequestHeaders().getOrDefault("Idempotency-Key", List.of());
            keys.addAll(key);
            int number = requests.incrementAndGet();
            if (number < holdUntilRequest) {
                held.await();
            } else {
                held.countDown();
            }
            boolean refused = number <= refuseFirst;
            byte[] body = (refused ? "{\"code\":\"SHED\"}" : "{\"task_id\":\"" + UUID.randomUUID() + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(refused ? 503 : 202, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private OpenLoop run(RetryMode insistence, int tasks, int maxOutstanding) throws InterruptedException {
        OpenLoop loop = new OpenLoop(sender, insistence, log, maxOutstanding);
        loop.run(new Pace(1_000, Duration.ZERO, Duration.ofMillis(tasks)), () -> TASK, Instant.now());
        return loop;
    }

    @Test
    void submitsEveryArrivalAndRemembersItsIntendedTime() throws Exception {
        OpenLoop loop = run(RetryMode.ONCE, 50, 100);

        assertThat(loop.offered()).isEqualTo(50);
        assertThat(log.size()).isEqualTo(50);
        assertThat(loop.refused().total()).isZero();
        List<Long> intended = java.util.stream.IntStream.range(0, 50)
                .mapToObj(log::intendedMicros)
                .sorted()
                .toList();
        assertThat(intended.getLast() - intended.getFirst()).isBetween(48_990L, 49_010L);
    }

    @Test
    void countsWhatIsShedByItsCode() throws Exception {
        refuseFirst = 3;

        OpenLoop loop = run(RetryMode.ONCE, 10, 1);

        assertThat(loop.refused().counts()).containsExactly(java.util.Map.entry("503 SHED", 3L));
        assertThat(log.size()).isEqualTo(7);
    }

    @Test
    void insistsUnderTheSameKeyUntilAcknowledged() throws Exception {
        refuseFirst = 3;

        OpenLoop loop = run(INSIST, 2, 1);

        assertThat(log.size()).isEqualTo(2);
        assertThat(keys).containsExactlyInAnyOrder("run-1", "run-2");
        assertThat(loop.repeated().counts()).containsExactly(java.util.Map.entry("503 SHED", 3L));
    }

    @Test
    void anArrivalThatWaitsForItsTurnCountsFromItsIntendedTime() throws Exception {
        // Ten may be under way, and the server holds nine of them until the tenth is there; nobody is left out.
        holdUntilRequest = 10;

        run(RetryMode.ONCE, 30, 10);

        assertThat(log.size()).isEqualTo(30);
        int slowest = java.util.stream.IntStream.range(0, 30)
                .map(log::submissionMicros)
                .max()
                .orElseThrow();
        assertThat(slowest).isGreaterThan(8_000);
    }

    @Test
    void nobodyThereIsARefusal() throws Exception {
        server.stop(0);

        OpenLoop loop = run(RetryMode.ONCE, 5, 5);

        assertThat(loop.refused().total()).isEqualTo(5);
        assertThat(log.size()).isZero();
    }
}
