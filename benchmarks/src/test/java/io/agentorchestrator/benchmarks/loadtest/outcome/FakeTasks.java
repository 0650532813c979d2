package io.agentorchestrator.benchmarks.loadtest.outcome;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An API that holds tasks and agents, and answers reads as the product's does, by pages of its own size. */
final class FakeTasks implements AutoCloseable {
    private static final Pattern CURSOR = Pattern.compile("cursor=([0-9a-f-]+)");

    /** Newest first. */
    private final NavigableMap<UUID, Task> tasks =
            new ConcurrentSkipListMap<>(((Comparator<UUID>) TaskApi::compareUnsigned).reversed());

    final List<String> agents = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final int pageSize;
    volatile boolean away;

    /**
     * A task.
     *
     * @param attempts that have ended: COMPLETED, or an error's code
     */
    private record Task(
            UUID id, String type, String status, @Nullable Instant endedAt, int attempt, List<String> attempts) {
        String json(boolean detailed) {
            String ended = endedAt == null
                    ? ""
                    : ",\"started_at\":\"%s\",\"ended_at\":\"%s\"".formatted(endedAt.minusMillis(500), endedAt);
            String all = attempts.stream().map(Task::attempt).collect(Collectors.joining(","));
            return "{\"task_id\":\"%s\",\"task_type\":\"%s\",\"status\":\"%s\",\"attempt\":%d%s%s}"
                    .formatted(id, type, status, attempt, ended, detailed ? ",\"attempts\":[" + all + "]" : "");
        }

        private static String attempt(String end) {
            String times = "\"started_at\":\"1970-01-01T00:00:01Z\",\"ended_at\":\"1970-01-01T00:00:02Z\"";
            return end.equals("COMPLETED")
                    ? "{\"outcome\":\"COMPLETED\"," + times + "}"
                    : "{\"outcome\":\"FAILED\",\"error\":{\"code\":\"" + end + "\"}," + times + "}";
        }
    }

    FakeTasks(int pageSize) throws IOException {
        this.pageSize = pageSize;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void put(String id, String type, String status, @Nullable Instant endedAt, int attempt, String... attempts) {
        UUID uuid = UUID.fromString(id);
        tasks.put(uuid, new Task(uuid, type, status, endedAt, attempt, List.of(attempts)));
    }

    void end(String id) {
        put(id, "load-0", "COMPLETED", Instant.now(), 1, "COMPLETED");
    }

    void endAll() {
        tasks.keySet().forEach(id -> end(id.toString()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        requests.add(path);
        String json = away ? null : answer(path);
        byte[] body = (json == null ? "{\"code\":\"" + (away ? "STORE_AWAY" : "TASK_NOT_FOUND") + "\"}" : json)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(away ? 503 : json == null ? 404 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private @Nullable String answer(String path) {
        if (path.equals("/v1/queues")) {
            return "{\"complete\":true,\"queues\":["
                    + tasks.values().stream()
                            .filter(task -> task.endedAt() == null)
                            .map(task -> "{\"agent_type\":\"%s\",\"priority\":\"LOW\",\"depth\":%d,\"in_flight\":%d}"
                                    .formatted(
                                            task.type(),
                                            task.status().equals("QUEUED") ? 1 : 0,
                                            task.status().equals("RUNNING") ? 1 : 0))
                            .collect(Collectors.joining(","))
                    + "]}";
        }
        if (path.equals("/v1/agents")) {
            return "{\"agents\":[" + String.join(",", agents) + "]}";
        }
        if (path.startsWith("/v1/tasks/")) {
            Task task = tasks.get(UUID.fromString(path.substring("/v1/tasks/".length())));
            return task == null ? null : task.json(true);
        }
        return page(path);
    }

    private String page(String path) {
        Matcher cursor = CURSOR.matcher(path);
        List<Task> left = new ArrayList<>(
                (cursor.find() ? tasks.tailMap(UUID.fromString(cursor.group(1)), false) : tasks).values());
        List<Task> page = left.subList(0, Math.min(pageSize, left.size()));
        return "{\"tasks\":["
                + page.stream().map(task -> task.json(false)).collect(Collectors.joining(","))
                + (page.size() < left.size()
                        ? "],\"next_cursor\":\"" + page.getLast().id() + "\"}"
                        : "]}");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
