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
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** Tells whether the URL answers with 200. */
    public boolean ok(String url) throws InterruptedException {
        return body(url).isPresent();
    }

    /** The health of an API or a worker, by what its readiness answers. */
    Health ofApplication(String baseUrl, long pid) throws InterruptedException {
        Optional<HttpResponse<String>> answer = answer(baseUrl + StackDefinition.READINESS);
        return answer.isEmpty() || answer.get().statusCode() == OK
                ? Health.answering(answer.isPresent(), pid)
                : Health.unready(
                        "answers that it is not ready (%d): curl -s %s%s says which part of it, and so does its log"
                                .formatted(answer.get().statusCode(), baseUrl, StackDefinition.READINESS));
    }

    /** The health of agents: READY if the registry lists a ready one of a matching type that was heard of since then. */
    Health ofAgents(String apiUrl, Predicate<String> type, Instant since) throws InterruptedException {
        Optional<String> body = body(apiUrl + "/v1/agents");
        if (body.isEmpty()) {
            return Health.unknown("runs; whether it is registered cannot be told, because the API at %s does not answer"
                    .formatted(apiUrl));
        }
        try {
            if (holdsAgent(body.get(), type, since)) {
                return Health.READY;
            }
        } catch (JacksonException | DateTimeParseException notOurs) {
            // Another API than ours lists no agent of ours.
        }
        return Health.unready("runs, but the API does not list it as ready: ./orchestrator agents shows what it lists");
    }

    static boolean holdsAgent(String answer, Predicate<String> type, Instant since) {
        return LosslessJson.read(answer, Answers.AgentList.class).agents().stream()
                .anyMatch(agent -> agent.agentTypes().stream().anyMatch(type)
                        && agent.state().equals("READY")
                        && !Instant.parse(agent.lastHeartbeatAt()).isBefore(since));
    }

    /** Reads what the URL answers with 200; empty where it does not. */
    public Optional<String> body(String url) throws InterruptedException {
        return answer(url).filter(response -> response.statusCode() == OK).map(HttpResponse::body);
    }

    private Optional<HttpResponse<String>> answer(String url) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }
}
