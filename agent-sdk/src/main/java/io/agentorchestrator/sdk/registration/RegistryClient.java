package io.agentorchestrator.sdk.registration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The three calls of the registry. Says what the API meant; whether and when to try again is for the caller. */
final class RegistryClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DEREGISTER_TIMEOUT = Duration.ofSeconds(2);
    private static final long ANSWER_BYTES = 64 * 1024;
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(5);
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(
                    value -> value.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
            .build();

    private record Heartbeat(int activeTasks, int maxConcurrentTasks, String state) {}

    private final String agents;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    RegistryClient(URI orchestrator) {
        String base = orchestrator.toString();
        this.agents = (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/v1/agents";
    }

    RegistryAnswer register(AgentDescription description, @Nullable String enrolmentToken) throws InterruptedException {
        String token = enrolmentToken == null ? "" : enrolmentToken.strip();
        return ask(request("", token, ANSWER_TIMEOUT).POST(json(description)), body -> {
            Identity identity = new Identity(
                    body.path("agent_id").asString(""), body.path("credential").asString(""));
            return identity.agentId().isEmpty()
                            || identity.credential().isEmpty()
                            || !identity.credential().chars().allMatch(each -> each > ' ' && each < 0x7F)
                    ? new RegistryAnswer.Failed(
                            "the answer has no agent_id, or no credential that a header takes", false)
                    : new RegistryAnswer.Registered(identity, interval(body));
        });
    }

    RegistryAnswer heartbeat(Identity identity, int activeTasks, int maxConcurrentTasks, boolean draining)
            throws InterruptedException {
        Heartbeat heartbeat = new Heartbeat(activeTasks, maxConcurrentTasks, draining ? "DRAINING" : "READY");
        return ask(
                request("/" + identity.agentId() + "/heartbeat", identity.credential(), ANSWER_TIMEOUT)
                        .PUT(json(heartbeat)),
                body -> new RegistryAnswer.Registered(identity, interval(body)));
    }

    /** Tries once; the registry also notices by itself when heartbeats stop. */
    void deregister(Identity identity) throws InterruptedException {
        try {
            send(request("/" + identity.agentId(), identity.credential(), DEREGISTER_TIMEOUT)
                    .DELETE());
        } catch (IOException e) {
            Registration.LOG.debug("Could not deregister", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path, String token, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(agents + path))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.BodyPublisher json(Object body) {
        return HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body));
    }

    private RegistryAnswer ask(HttpRequest.Builder request, Function<JsonNode, RegistryAnswer> taken)
            throws InterruptedException {
        try {
            HttpResponse<String> answer = send(request);
            return switch (answer.statusCode()) {
                case 200, 201 -> taken.apply(MAPPER.readTree(answer.body()));
                case 401, 404 -> new RegistryAnswer.Failed(reason(answer), true);
                default -> new RegistryAnswer.Failed(reason(answer), false);
            };
        } catch (IOException | JacksonException e) {
            String message = e.getMessage();
            return new RegistryAnswer.Failed(message == null ? e.getClass().getSimpleName() : message, false);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofString(), ANSWER_BYTES));
    }

    private static Duration interval(JsonNode body) {
        String text = body.path("heartbeat_interval").asString("");
        try {
            Duration interval = text.isEmpty() ? DEFAULT_INTERVAL : Duration.parse(text);
            return Collections.max(List.of(SHORTEST_INTERVAL, Collections.min(List.of(interval, LONGEST_INTERVAL))));
        } catch (DateTimeParseException e) {
            return DEFAULT_INTERVAL;
        }
    }

    private static String reason(HttpResponse<String> answer) {
        String detail;
        try {
            JsonNode problem = MAPPER.readTree(answer.body());
            detail = problem.path("detail").asString(problem.path("title").asString(""));
            // What is wrong with a field says more than that one is.
            String first = problem.at("/errors/0/message").asString("");
            detail = first.isEmpty() || detail.contains(first) ? detail : detail + ": " + first;
        } catch (JacksonException e) {
            detail = "";
        }
        return "the API answered " + answer.statusCode() + (detail.isEmpty() ? "" : ": " + detail);
    }
}
