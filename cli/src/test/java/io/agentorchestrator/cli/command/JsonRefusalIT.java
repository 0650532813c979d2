package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The problem of an API that refuses, to the byte on the standard output with {@code --json}, and in words beside it. */
class JsonRefusalIT extends AgainstFakeApi {
    /** Its space and number are no JSON writer's. */
    private static final String PROBLEM =
            "{\"status\":  409, \"code\": \"X\", \"detail\": \"it is refusé\", \"extra\": 7E12345}";

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("dag.yaml"), "tasks: [{key: a, task_type: simulated}]\n");
    }

    private void assertPassesProblem(String words, int exit, String body, String sentence) {
        assertThat(terminal.orchestrator((words + " --json").split(" ")))
                .as(words)
                .isEqualTo(exit);
        assertThat(new String(terminal.takeOut(), StandardCharsets.UTF_8))
                .as(words)
                .isEqualTo(body);
        assertThat(terminal.err()).as(words).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "submit dag.yaml, POST /v1/dags",
        "validate dag.yaml, POST /v1/dags/validate",
        "list, GET /v1/dags?limit=100",
        "get d1, GET /v1/dags/d1",
        "watch d1, GET /v1/dags/d1",
        "watch t2, GET /v1/events",
        "cancel d1, POST /v1/dags/d1/cancel",
        "pause d1, POST /v1/dags/d1/pause",
        "resume d1, POST /v1/dags/d1/resume",
        "retry d1, POST /v1/dags/d1/retry",
        "update d1 --priority LOW, PATCH /v1/dags/d1",
        "dlq list, GET /v1/dead-letters?state=OPEN&limit=100",
        "dlq show 1-1, GET /v1/dead-letters/1-1",
        "dlq reprocess 1-1, POST /v1/dead-letters/1-1/reprocess",
        "dlq reprocess --all, POST /v1/dead-letters/reprocess",
        "dlq delete 1-1, DELETE /v1/dead-letters/1-1",
        "dlq delete --all, DELETE /v1/dead-letters?state=OPEN",
        "dlq rebuild, POST /v1/dead-letters/rebuild",
        "agents, GET /v1/agents",
        "agents drain a1, POST /v1/agents/a1/drain",
        "agents resume a1, POST /v1/agents/a1/resume",
        "queues, GET /v1/queues",
        "flags, GET /v1/feature-flags",
        "flags set f on, PUT /v1/feature-flags/f",
        "settings, GET /v1/settings",
        "settings set s v, PUT /v1/settings/s"
    })
    void theProblemOfEveryVerbIsPassedOn(String words, String request) {
        api.status.set("RUNNING");
        api.answers(request, 409, PROBLEM);

        assertPassesProblem(words, 1, PROBLEM, "The API refused (409 X): it is refusé");
    }

    @ParameterizedTest
    @CsvSource({
        "get d9",
        "watch d9",
        "cancel d9",
        "pause d9",
        "update d9 --priority LOW",
        "retry d9",
        "dlq show 9-9",
        "agents drain a9"
    })
    void soIsThatOfWhatNobodyKnows(String words) {
        String missing = "{\"code\": \"NOT_FOUND\", \"detail\": \"no such thing\"}";

        assertPassesProblem(words, 1, missing, "9`");
    }

    @Test
    void wrongUsageThatTheApiFindsIsPassedOnToo() {
        String problem = "{\"code\": \"INVALID_PARAMETER\", \"detail\": \"no\"}";
        api.answers("GET /v1/dags?status=X&limit=100", 400, problem);

        assertPassesProblem("list --status X", 2, problem, "no");
    }

    @Test
    void withoutTheOptionNothingIsPrintedAndSoOfWhatIsNoProblem() {
        api.answers("GET /v1/queues", 502, "<html>Bad gateway</html>");
        assertPassesProblem("queues", 1, "", "The API answered 502: <html>Bad gateway</html>");
        api.answers("GET /v1/queues", 409, PROBLEM);
        assertThat(terminal.orchestrator("queues")).isEqualTo(1);
        assertThat(terminal.out()).isEmpty();
    }
}
