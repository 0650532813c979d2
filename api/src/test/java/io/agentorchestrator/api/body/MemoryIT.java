package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.EventFeed;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.run.RunPayloadCodec;
import io.temporal.api.common.v1.Payload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is large takes no more of the heap than is set aside for it, is turned away where that is taken, and gives it back. */
class MemoryIT {
    private static final TestApi API = TestApi.start();
    private static final BodyReader BODIES = API.bean(BodyReader.class);
    private static final AnswerMemory ANSWERS = API.bean(AnswerMemory.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MEBIBYTE = 1 << 20;
    /** With room for another one's body beside it. */
    private static final int INFLATED_BYTES = Limits.MAX_REQUEST_BYTES - MEBIBYTE;
    /** That bodies may take of the heap, with what they inflate to. */
    private static final long BODY_BYTES = largest(Limits.MAX_REQUEST_BYTES + 8L * MEBIBYTE, 16);

    private static final int RESULTS = 300;
    private static final int SLOW_READERS = 100;

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void bodiesThatInflateToTheLimitAreConvertedOrTurnedAway() throws Exception {
        String body = inflating(INFLATED_BYTES);
        try (MemoryShare others = BODIES.share();
                Watch watch = new Watch();
                ExecutorService clients = Executors.newFixedThreadPool(2)) {
            // However large this heap is, there is room for one.
            others.holdInAll(BODY_BYTES - Limits.MAX_REQUEST_BYTES);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int n = 0; n < 6; n++) {
                answers.add(clients.submit(() -> status(API.post("/temporal-codec/decode", body))));
            }
            List<Integer> statuses = statuses(answers);

            assertThat(statuses).contains(200).isSubsetOf(200, 503);
            assertThat(watch.mostOfBodies()).isBetween((long) INFLATED_BYTES, BODY_BYTES + 64 * 1024);
        }
        awaitNothingHeld();
        API.post("/temporal-codec/decode", body).isOk(200);
    }

    @Test
    void aBodyThatWouldInflateToWhatOthersHoldIsTurnedAwayAndLeavesThemTheirs() {
        String body = inflating(INFLATED_BYTES);
        try (MemoryShare others = BODIES.share()) {
            others.holdInAll(BODY_BYTES - INFLATED_BYTES / 2);
            long before = BODIES.heldBytes();

            Answer refused = API.post("/temporal-codec/decode", body).isProblem(503, "OVERLOADED");

            assertThat(refused.header("Retry-After")).isEqualTo("1");
            await().atMost(LIMIT).until(() -> BODIES.heldBytes() == before);
            API.post("/temporal-codec/decode", inflating(MEBIBYTE)).isOk(200);
        }
        API.post("/temporal-codec/decode", body).isOk(200);
    }

    @Test
    void largeResultsAreReadOrTurnedAwayHoweverSlowlyTheirReadersRead() throws Exception {
        List<UUID> tasks = tasksWithLargeResults();
        try (Watch watch = new Watch();
                EventFeed events = API.events("/v1/events", "Orchestrator-Tenant", "large");
                ExecutorService clients = Executors.newFixedThreadPool(16)) {
            List<Socket> slow = new ArrayList<>();
            for (int n = 0; n < SLOW_READERS; n++) {
                slow.add(ask(tasks.get(n)));
            }
            List<Future<Integer>> answers = new ArrayList<>();
            for (UUID task : tasks) {
                answers.add(clients.submit(() -> readUntilItIsThere(task)));
            }
            for (Socket socket : slow) {
                try (socket) {
                    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    assertThat(answer).matches("(?s)HTTP/1.1 (200|503) .*");
                    if (answer.startsWith("HTTP/1.1 200")) {
                        assertThat(answer.length()).isGreaterThan(MEBIBYTE - 1_024);
                    } else {
                        assertThat(answer).contains("Retry-After: ");
                    }
                }
            }

            assertThat(statuses(answers)).hasSize(RESULTS).containsOnly(200);
            assertThat(watch.mostOfAnswers()).isBetween((long) MEBIBYTE, largest(48L * MEBIBYTE, 8) + 64 * 1024);
            API.post("/v1/tasks", "{\"task_type\":\"seen\"}", "Orchestrator-Tenant", "large")
                    .isOk(202);
            await().atMost(LIMIT)
                    .until(() -> events.events().stream()
                            .anyMatch(event -> event.text("task_type").equals("seen")));
        }
        awaitNothingHeld();
    }

    private static long largest(long least, int heapPart) {
        return Math.max(least, Runtime.getRuntime().maxMemory() / heapPart);
    }

    private static void awaitNothingHeld() {
        await().atMost(LIMIT).until(() -> BODIES.heldBytes() == 0 && ANSWERS.heldBytes() == 0);
    }

    private static int status(Answer answer) {
        if (answer.status() == 503) {
            assertThat(answer.header("Retry-After")).isNotBlank();
        }
        return answer.status();
    }

    private static List<Integer> statuses(List<Future<Integer>> answers) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get());
        }
        return statuses;
    }

    private static int readUntilItIsThere(UUID task) {
        AtomicLong status = new AtomicLong();
        await().atMost(LIMIT).until(() -> {
            Answer answer = API.get("/v1/tasks/" + task, "Orchestrator-Tenant", "large");
            status.set(status(answer));
            return answer.status() != 503;
        });
        return (int) status.get();
    }

    /** A document of one payload that is small as long as it is packed. */
    private static String inflating(int bytes) {
        Payload payload = Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8("1".repeat(bytes)))
                .build();
        Payload packed = new RunPayloadCodec().encode(List.of(payload)).getFirst();
        Base64.Encoder base64 = Base64.getEncoder();
        StringBuilder metadata = new StringBuilder();
        packed.getMetadataMap()
                .forEach((name, value) -> metadata.append(metadata.isEmpty() ? "" : ",")
                        .append("\"%s\":\"%s\"".formatted(name, base64.encodeToString(value.toByteArray()))));
        return "{\"payloads\":[{\"metadata\":{%s},\"data\":\"%s\"}]}"
                .formatted(metadata, base64.encodeToString(packed.getData().toByteArray()));
    }

    private static List<UUID> tasksWithLargeResults() {
        API.database().client().sql("""
                        insert into task (task_id, tenant, principal, region, task_type, payload, priority, estimated_complexity,
                          timeout_millis, max_attempts, retry_initial_millis, retry_coefficient, retry_max_millis, created_at)
                        select uuidv7(), 'large', 'ann', 'here', 'large', '{}', 'NORMAL', 1, 1, 1, 1, 1, 1, now()
                        from generate_series(1, ?)
                        """).param(RESULTS).update();
        API.database().client().sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, attempt, ended_at)
                        select task_id, tenant, task_type, priority, 'COMPLETED', 1, now() from task where tenant = 'large'
                        """).update();
        API.database().client().sql("""
                        insert into task_attempt (task_id, attempt, tenant, run_number, epoch, ended_at, outcome, result)
                        select task_id, 1, tenant, 1, 1, now(), 'COMPLETED', to_json(repeat('x', ?)) from task where tenant = 'large'
                        """).param(MEBIBYTE - 2).update();
        return API.database()
                .client()
                .sql("select task_id from task where tenant = 'large'")
                .query(UUID.class)
                .list();
    }

    /** Asks for a task and does not read yet; the kernel keeps little for it. */
    private static Socket ask(UUID task) throws IOException {
        URI uri = URI.create(API.url());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.getOutputStream()
                .write(
                        "GET /v1/tasks/%s HTTP/1.1\r\nHost: %s\r\nOrchestrator-Tenant: large\r\nConnection: close\r\n\r\n"
                                .formatted(task, uri.getAuthority())
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Looks all the time at how much is held. */
    private static final class Watch implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong bodies = new AtomicLong();
        private final AtomicLong answers = new AtomicLong();
        private final Thread thread = Thread.ofPlatform().daemon().start(this::look);

        private void look() {
            while (!over.get()) {
                bodies.accumulateAndGet(BODIES.heldBytes(), Math::max);
                answers.accumulateAndGet(ANSWERS.heldBytes(), Math::max);
                Thread.onSpinWait();
            }
        }

        long mostOfBodies() {
            return bodies.get();
        }

        long mostOfAnswers() {
            return answers.get();
        }

        @Override
        public void close() {
            over.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
