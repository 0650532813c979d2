package io.agentorchestrator.api.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where no controller is asked: in filters. Thread-safe. */
@Component
public final class ProblemWriter {
    private final JsonMapper json;

    ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    /** Answers with the problem. */
    public void write(ProblemException problem, ServerHttpResponse response) throws IOException {
        response.setStatusCode(problem.code().status());
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getBody()
                .write(json.writeValueAsString(Problem.of(problem, TaskKeys.NONE))
                        .getBytes(StandardCharsets.UTF_8));
        response.flush();
    }
}
