package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.json.LosslessJson;
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

/** Asks HTTP endpoints of the stack whether they are ready. Thread-safe. */
public final class HttpProbe {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** Tells whether the URL answers with 200. */
    public boolean ok(String url) throws InterruptedException {
        return body(url).isPresent();
    }

    /** Tells whether the registry lists a ready agent of a matching type that was heard of since then. */
    boolean agentRegistered(String apiUrl, Predicate<String> type, Instant since) throws InterruptedException {
        Optional<String> body = body(apiUrl + "/v1/agents");
        try {
            return body.isPresent() && holdsAgent(body.get(), type, since);
        } catch (JacksonException | DateTimeParseException notOurs) {
            return false;
        }
    }

    static boolean holdsAgent(String answer, Predicate<String> type, Instant since) {
        return LosslessJson.read(answer, Answers.AgentList.class).agents().stream()
                .anyMatch(agent -> agent.agentTypes().stream().anyMatch(type)
                        && agent.state().equals("READY")
                        && !Instant.parse(agent.lastHeartbeatAt()).isBefore(since));
    }

    /** Reads what the URL answers with 200; empty where it does not. */
    public Optional<String> body(String url) throws InterruptedException {
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
