package io.agentorchestrator.sdk.registration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.format.DateTimeParseException;
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
        HttpRequest.Builder request = request("", ANSWER_TIMEOUT).POST(json(description));
        if (enrolmentToken != null && !enrolmentToken.isBlank()) {
            request.header("Authorization", "Bearer " + enrolmentToken.strip());
        }
        try {
            HttpResponse<String> answer = send(request.build());
            if (answer.statusCode() != 201 && answer.statusCode() != 200) {
                return new RegistryAnswer.Failed(reason(answer));
            }
            JsonNode body = MAPPER.readTree(answer.body());
            String agentId = body.path("agent_id").asString("");
            String credential = body.path("credential").asString("");
            if (agentId.isEmpty() || credential.isEmpty()) {
                return new RegistryAnswer.Failed("the answer has no agent_id or no credential");
            }
            return new RegistryAnswer.Registered(new Identity(agentId, credential), interval(body));
        } catch (IOException | JacksonException e) {
            return new RegistryAnswer.Failed(describe(e));
        }
    }

    RegistryAnswer heartbeat(Identity identity, int activeTasks, int maxConcurrentTasks, boolean draining)
            throws InterruptedException {
        Heartbeat heartbeat = new Heartbeat(activeTasks, maxConcurrentTasks, draining ? "DRAINING" : "READY");
        HttpRequest request = request("/" + identity.agentId() + "/heartbeat", ANSWER_TIMEOUT)
                .header("Authorization", "Bearer " + identity.credential())
                .PUT(json(heartbeat))
                .build();
        try {
            HttpResponse<String> answer = send(request);
            return switch (answer.statusCode()) {
                case 200 -> new RegistryAnswer.Known(interval(MAPPER.readTree(answer.body())));
                case 401, 404 -> new RegistryAnswer.Forgotten();
                default -> new RegistryAnswer.Failed(reason(answer));
            };
        } catch (IOException | JacksonException e) {
            return new RegistryAnswer.Failed(describe(e));
        }
    }

    /** Tries once; the registry also notices by itself when heartbeats stop. */
    void deregister(Identity identity) throws InterruptedException {
        HttpRequest request = request("/" + identity.agentId(), DEREGISTER_TIMEOUT)
                .header("Authorization", "Bearer " + identity.credential())
                .DELETE()
                .build();
        try {
            send(request);
        } catch (IOException e) {
            Registration.LOG.debug("Could not deregister", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(URI.create(agents + path))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json");
    }

    private static HttpRequest.BodyPublisher json(Object body) {
        return HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body));
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), ANSWER_BYTES));
    }

    private static Duration interval(JsonNode body) {
        String text = body.path("heartbeat_interval").asString("");
        try {
            Duration interval = text.isEmpty() ? DEFAULT_INTERVAL : Duration.parse(text);
            if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
                return SHORTEST_INTERVAL;
            }
            return interval.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : interval;
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

    private static String describe(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
