package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Accepted;
import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Refused;
import io.agentorchestrator.benchmarks.loadtest.generate.HttpConnection.ApiAnswer;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.cli.client.ApiFailure;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over HTTP/1.1 on connections that are kept, as many as there are requests at once. The generator shares two cores with
 * what it measures; docs/load-test.md says what libraries took.
 * Thread-safe.
 */
public final class Sender implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(10);

    private final List<InetSocketAddress> addresses;
    private final AtomicInteger turn = new AtomicInteger();
    private final ConcurrentLinkedDeque<HttpConnection> idle = new ConcurrentLinkedDeque<>();

    /** One that connects to each of these APIs in turn. */
    public Sender(String... apiUrls) {
        this.addresses = Arrays.stream(apiUrls)
                .map(URI::create)
                .map(uri -> new InetSocketAddress(uri.getHost(), uri.getPort()))
                .toList();
    }

    private InetSocketAddress next() {
        return addresses.get(Math.floorMod(turn.getAndIncrement(), addresses.size()));
    }

    /** Sends one request and waits for what comes of it. */
    public Acknowledgement send(Request request, @Nullable String idempotencyKey) {
        String headers = header("Idempotency-Key", idempotencyKey) + header("Orchestrator-Tenant", request.tenant());
        try {
            return read(post(request, headers));
        } catch (ConnectException refused) {
            return new Refused("no connection", true);
        } catch (SocketTimeoutException late) {
            return new Refused("no answer within " + LIMIT.toSeconds() + " s", true);
        } catch (EOFException closed) {
            return new Refused("connection closed", true);
        } catch (IOException broken) {
            return new Refused("connection broken (" + broken.getClass().getSimpleName() + ")", true);
        }
    }

    private static String header(String name, @Nullable String value) {
        return value == null ? "" : name + ": " + value + "\r\n";
    }

    /** On a kept connection; on a new one if there is none, or the server had closed it before it heard of the request. */
    private ApiAnswer post(Request request, String headers) throws IOException {
        HttpConnection kept = idle.pollFirst();
        if (kept != null) {
            try {
                return post(kept, request, headers);
            } catch (EOFException | SocketException closed) {
                if (System.nanoTime() - kept.usedNanos() < IDLE_LIMIT.toNanos() / 10) {
                    throw closed;
                }
            }
        }
        return post(
                new HttpConnection(next(), (int) CONNECT_LIMIT.toMillis(), (int) LIMIT.toMillis()), request, headers);
    }

    private ApiAnswer post(HttpConnection connection, Request request, String headers) throws IOException {
        boolean reusable = false;
        try {
            ApiAnswer answer = connection.post(request.path(), headers, request.body());
            reusable = connection.kept();
            return answer;
        } finally {
            if (reusable) {
                idle.addFirst(connection);
            } else {
                connection.close();
            }
        }
    }

    private static Acknowledgement read(ApiAnswer answer) {
        if (answer.status() == 202) {
            return new Accepted(TaskIds.in(answer.body()));
        }
        ApiFailure refusal = new ApiFailure(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
        return new Refused((answer.status() + " " + refusal.code()).strip(), refusal.passing());
    }

    /** Closes what was idle for long, before the server does while a request is on its way. */
    void closeIdle() {
        for (HttpConnection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (System.nanoTime() - last.usedNanos() < IDLE_LIMIT.toNanos()) {
                idle.addLast(last);
                return;
            }
            last.close();
        }
    }

    @Override
    public void close() {
        for (HttpConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            next.close();
        }
    }
}
