package io.agentorchestrator.cli.command;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An API of a few lines: the DAG {@code d1} with the task {@code t1}, and the standalone task {@code t2}. All have one status;
 * it changes when an event tells so.
 */
final class FakeApi implements AutoCloseable {
    private static final String DAG_EVENT =
            "event: dag\ndata: {\"dag_id\":\"d1\",\"run_number\":2,\"status\":\"%s\"}\n\n";

    /** What a submission is answered, to the byte. */
    static final String ACCEPTED = "{\"dag_id\":  \"d1\", \"number\": 7E12345}";

    /** What was asked, as {@code METHOD path body}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** The last body that was sent, to the byte. */
    final AtomicReference<byte[]> lastBody = new AtomicReference<>(new byte[0]);

    /** The last headers that were sent. */
    final AtomicReference<Headers> lastHeaders = new AtomicReference<>(new Headers());

    final AtomicReference<String> status = new AtomicReference<>("COMPLETED");

    private final Map<String, Scripted> scripted = new ConcurrentHashMap<>();
    private final List<Told> connections = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private int opened;

    FakeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private record Scripted(int code, String body) {}

    /** Answers a request, {@code METHOD path?query}, in this way. */
    void answers(String request, int code, String body) {
        scripted.put(request, new Scripted(code, body));
    }

    /** Another connection for events gives these statuses, one event each, and then breaks; the last one stays open. */
    void tells(String... statuses) {
        connections.add(new Told(true, DAG_EVENT, List.of(statuses)));
    }

    /** Likewise, about a task. */
    void tellsOfTask(String taskId, String... statuses) {
        connections.add(new Told(
                true,
                "event: task\ndata: {\"task_id\":\"%s\",\"status\":\"%%s\"}\n\n".formatted(taskId),
                List.of(statuses)));
    }

    /** Likewise, but of the past: the status stays as it is. */
    void recalls(String... statuses) {
        connections.add(new Told(false, DAG_EVENT, List.of(statuses)));
    }

    private record Told(boolean isNews, String event, List<String> statuses) {}

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        String body = new String(bytes, StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("POST")) {
            lastBody.set(bytes);
            lastHeaders.set(exchange.getRequestHeaders());
        }
        if (!path.equals("/v1/commands")) {
            requests.add(exchange.getRequestMethod() + " " + path + " " + body);
        }
        String kind = path.substring(path.lastIndexOf('/') + 1);
        Scripted answer = scripted.get(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        try (exchange) {
            if (answer != null) {
                send(exchange, answer.code(), answer.body());
            } else if (path.endsWith("events")) {
                events(exchange);
            } else if (body.contains("refuse")) {
                send(exchange, 422, "{\"code\": \"INVALID\", \"detail\": \"refused\"}");
            } else if (exchange.getRequestMethod().equals("GET")) {
                status(exchange, path);
            } else if (path.equals("/v1/dags")) {
                send(exchange, 202, ACCEPTED);
            } else if (path.equals("/v1/dags/d1/" + kind) || path.equals("/v1/tasks/t2/cancel")) {
                send(exchange, 202, """
                        {"command_id": "c1", "kind": "%s", "delivered": false}""".formatted(kind.toUpperCase(Locale.ROOT)));
            } else if (path.contains("/ended/")) {
                send(exchange, 409, "{\"code\": \"ALREADY_ENDED\", \"detail\": \"it is COMPLETED\"}");
            } else {
                send(exchange, 404, "{\"code\": \"NOT_FOUND\", \"detail\": \"no such thing\"}");
            }
        }
    }

    private void status(HttpExchange exchange, String path) throws IOException {
        String now = status.get();
        switch (path) {
            case "/v1/dags/d1" -> send(exchange, 200, """
                    {"dag_id": "d1", "name": "demo", "status": "%s", "run_number": 2,
                     "tasks": [{"key": "a", "status": "%s", "attempt": 1, "depends_on": [], "result": {"report": "/r.md"}}]}
                    """.formatted(now, now));
            case "/v1/tasks/t1" -> send(exchange, 200, """
                    {"task_id": "t1", "dag_id": "d1", "task_type": "simulated", "status": "%s"}""".formatted(now));
            case "/v1/tasks/t2" -> send(exchange, 200, """
                    {"task_id": "t2", "task_type": "simulated", "status": "%s", "attempt": 1}""".formatted(now));
            default -> send(exchange, 404, "{\"code\": \"NOT_FOUND\", \"detail\": \"no such thing\"}");
        }
    }

    private synchronized int nextConnection() {
        return opened++;
    }

    private void events(HttpExchange exchange) throws IOException {
        int connection = nextConnection();
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(": here\n\n".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        Told told = connection < connections.size() ? connections.get(connection) : new Told(false, "", List.of());
        for (int i = 0; i < told.statuses().size(); i++) {
            String now = told.statuses().get(i);
            if (told.isNews()) {
                status.set(now);
            }
            String event =
                    "id: %d-%d\n".formatted(connection + 1, i) + told.event().formatted(now);
            exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
        if (connection >= connections.size() - 1) {
            try {
                closed.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }
}
