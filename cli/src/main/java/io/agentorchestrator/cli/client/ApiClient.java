package io.agentorchestrator.cli.client;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;

/** The API's REST calls. Thread-safe. */
public final class ApiClient {
    /** The command that starts a stack with the usual ports. */
    public static final String UP_COMMAND = "./orchestrator up";

    private static final String MAYBE_DONE =
            "it may have been carried out all the same. See with `list` or `get` before you repeat it; a submission under an --idempotency-key may be"
                    + " repeated safely.";

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ANSWERS = "application/json, application/problem+json";
    private static final int MAX_PROBLEM_BYTES = 64 << 10;

    private static final int NOT_FOUND = 404;
    private static final String NO_API =
            "it is no Agent Orchestrator's API. Name that with --api URL; ./orchestrator status shows where this checkout's is.";

    private final String baseUrl;
    private final String upCommand;
    /** Of every request. */
    private final Map<String, String> headers;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    /** @param baseUrl such as {@code http://127.0.0.1:8080} */
    public ApiClient(String baseUrl) {
        this(baseUrl, UP_COMMAND);
    }

    /**
     * Speaks to an API.
     *
     * @param baseUrl such as {@code http://127.0.0.1:8080}
     * @param upCommand starts an API there; named where none answers
     */
    public ApiClient(String baseUrl, String upCommand) {
        this(baseUrl, upCommand, Map.of());
    }

    private ApiClient(String baseUrl, String upCommand, Map<String, String> headers) {
        this.upCommand = upCommand;
        this.headers = Map.copyOf(headers);
        this.baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
        try {
            URI uri = URI.create(this.baseUrl);
            if (uri.getHost() == null
                    || uri.getScheme() == null
                    || !List.of("http", "https").contains(uri.getScheme())) {
                throw new IllegalArgumentException("no http URL");
            }
        } catch (IllegalArgumentException e) {
            throw new UsageFailure("`" + baseUrl + "` is no URL of an API: it looks like http://127.0.0.1:8080.", e);
        }
    }

    /** The same API, called for a tenant. */
    public ApiClient ofTenant(String tenant) {
        return new ApiClient(baseUrl, upCommand, Map.of("Orchestrator-Tenant", tenant));
    }

    /** Where the API is. */
    public String baseUrl() {
        return baseUrl;
    }

    /** A page or call of the API, as a link for people. */
    public String url(String path) {
        return baseUrl + path;
    }

    /** Reads. */
    public ApiAnswer get(String path) throws InterruptedException {
        return send(request(path).GET());
    }

    /** Reads; empty where there is no such thing. */
    public Optional<ApiAnswer> find(String path) throws InterruptedException {
        return ifFound(() -> get(path));
    }

    /** A request's answer; empty where there is no such thing. */
    public static Optional<ApiAnswer> ifFound(Request request) throws InterruptedException {
        try {
            return Optional.of(request.send());
        } catch (ApiFailure failure) {
            if (failure.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** A request to be sent. */
    public interface Request {
        /** Sends it. */
        ApiAnswer send() throws InterruptedException;
    }

    /** Commands. */
    public ApiAnswer post(String path, Object body) throws InterruptedException {
        return post(path, LosslessJson.write(body).getBytes(StandardCharsets.UTF_8), "application/json", Map.of());
    }

    /**
     * Submits.
     *
     * @param body sent as it is
     * @param headers beside the usual ones
     */
    public ApiAnswer post(String path, byte[] body, String mediaType, Map<String, String> headers)
            throws InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", mediaType).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return send(request);
    }

    /** Changes. */
    public ApiAnswer patch(String path, Object body) throws InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(LosslessJson.write(body))));
    }

    /** Sets. */
    public ApiAnswer put(String path, Object body) throws InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(LosslessJson.write(body))));
    }

    /**
     * Deletes; of what a query names, the answer says how much that was.
     *
     * @param headers beside the usual ones
     */
    public ApiAnswer delete(String path, Map<String, String> headers) throws InterruptedException {
        HttpRequest.Builder request = request(path).DELETE();
        headers.forEach(request::header);
        return send(request);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)));
        headers.forEach(request::header);
        return request;
    }

    /**
     * Opens a stream of server-sent events; closing it ends the connection.
     *
     * @param lastEventId the event behind which it goes on; empty for the stream's own beginning
     */
    InputStream events(String path, String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = answer(
                request, "text/event-stream, application/problem+json", HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw refusal(
                    response.statusCode(), new String(body.readNBytes(MAX_PROBLEM_BYTES), StandardCharsets.UTF_8));
        }
    }

    private <T> HttpResponse<T> answer(HttpRequest.Builder request, String accept, HttpResponse.BodyHandler<T> body)
            throws InterruptedException {
        HttpRequest built = request.header("Accept", accept).timeout(LIMIT).build();
        try {
            return http.send(built, body);
        } catch (HttpConnectTimeoutException e) {
            throw none(e);
        } catch (HttpTimeoutException e) {
            throw new CliFailure(
                    "The API at " + baseUrl + " took the request and did not answer within " + LIMIT.toSeconds() + " s"
                            + (built.method().equals("GET") ? "; try again." : ": " + MAYBE_DONE),
                    e);
        } catch (IOException e) {
            throw none(e);
        }
    }

    private CliFailure none(IOException e) {
        return new CliFailure(
                "No API answers at " + baseUrl + ": " + found(e) + ". Start one with " + upCommand
                        + ", or name one with --api URL.",
                e);
    }
    /** Says in words what is there instead of an API. */
    private static String found(IOException failure) {
        if (failure instanceof ConnectException) {
            return failure.getCause() instanceof ConnectException refused
                            && refused.getCause() instanceof UnresolvedAddressException
                    ? "no host has that name"
                    : "nothing listens there";
        }
        return switch (failure) {
            case HttpConnectTimeoutException _ ->
                "nothing there takes a connection within " + CONNECT_LIMIT.toSeconds() + " s";
            case SSLException _ -> "what listens there does not speak https (http:// might do)";
            default -> "what listens there does not speak HTTP, or broke off the connection";
        };
    }

    private ApiAnswer send(HttpRequest.Builder request) throws InterruptedException {
        HttpResponse<byte[]> response = answer(request, ANSWERS, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw refusal(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
        }
        try {
            return new ApiAnswer(response.body(), LosslessJson.tree(response.body()));
        } catch (JacksonException | NumberFormatException e) {
            throw new CliFailure(baseUrl + " answers no JSON: " + NO_API, e);
        }
    }

    /** An API says what it does not find by a code; what says it without one is another server. */
    private RuntimeException refusal(int status, String body) {
        ApiFailure failure = new ApiFailure(status, body);
        return status == NOT_FOUND && failure.code().isEmpty()
                ? new CliFailure(baseUrl + " knows nothing of what was asked (404): " + NO_API, failure)
                : failure;
    }
}
