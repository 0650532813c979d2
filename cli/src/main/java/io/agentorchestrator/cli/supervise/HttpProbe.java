package io.agentorchestrator.cli.supervise;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks HTTP endpoints of the stack whether they are ready. Thread-safe. */
public final class HttpProbe {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** Whether the URL answers with 200. */
    public boolean ok(String url) throws InterruptedException {
        return body(url).isPresent();
    }

    /** Whether the registry lists an agent of a matching type that was heard of since then. */
    boolean agentRegistered(String apiUrl, Predicate<String> type, Instant since) throws InterruptedException {
        Optional<String> body = body(apiUrl + "/v1/agents");
        try {
            return body.isPresent() && holdsAgent(JSON.readTree(body.get()), type, since);
        } catch (JacksonException notJson) {
            return false;
        }
    }

    static boolean holdsAgent(JsonNode answer, Predicate<String> type, Instant since) {
        JsonNode types = answer.path("agent_types");
        boolean matches = types.isArray()
                && types.valueStream().anyMatch(each -> type.test(each.asString("")))
                && answer.path("state").asString("READY").equals("READY");
        if (matches && heardOf(answer, since)) {
            return true;
        }
        return answer.valueStream().anyMatch(each -> each.isContainer() && holdsAgent(each, type, since));
    }

    private static boolean heardOf(JsonNode agent, Instant since) {
        String heartbeat = agent.path("last_heartbeat_at").asString("");
        try {
            return heartbeat.isEmpty() || !Instant.parse(heartbeat).isBefore(since);
        } catch (DateTimeParseException otherForm) {
            return true;
        }
    }

    private Optional<String> body(String url) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }
}
