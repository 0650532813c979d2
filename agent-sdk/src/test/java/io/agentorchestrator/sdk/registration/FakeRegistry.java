package io.agentorchestrator.sdk.registration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The agents part of the REST API, as far as an agent can tell. */
public final class FakeRegistry implements AutoCloseable {
    /** One call: method, path, Authorization and body. */
    public record Call(String method, String path, String authorization, String body) {}

    private final HttpServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, String> credentials = new ConcurrentHashMap<>();
    private final AtomicInteger registrations = new AtomicInteger();
    private volatile int failuresLeft;

    public FakeRegistry(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/agents", this::answer);
        server.start();
    }

    public FakeRegistry() {
        this(0);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public List<Call> calls(String method) {
        return calls.stream().filter(call -> call.method().equals(method)).toList();
    }

    public void failNext(int calls) {
        failuresLeft = calls;
    }

    public void forgetAll() {
        credentials.clear();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        calls.add(new Call(exchange.getRequestMethod(), path, authorization, body));
        if (failuresLeft > 0) {
            failuresLeft--;
            send(exchange, 503, "{\"title\":\"Away\",\"code\":\"UNAVAILABLE\"}");
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "POST" -> register(exchange);
            case "PUT" -> {
                boolean known = authorization.equals("Bearer " + credentials.get(path.split("/", -1)[3]));
                send(exchange, known ? 200 : 404, "{\"state\":\"READY\",\"heartbeat_interval\":\"PT0.05S\"}");
            }
            default -> send(exchange, 204, "");
        }
    }

    private void register(HttpExchange exchange) throws IOException {
        String id = "agent-" + registrations.incrementAndGet();
        credentials.put(id, "secret-of-" + id);
        send(
                exchange,
                201,
                "{\"agent_id\":\"" + id + "\",\"credential\":\"secret-of-" + id
                        + "\",\"heartbeat_interval\":\"PT0.05S\",\"news\":1}");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
