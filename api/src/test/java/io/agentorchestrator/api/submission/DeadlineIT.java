package io.agentorchestrator.api.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DeadlineIT {
    private static final TestApi API = TestApi.shared();
    private static final String EARLY = "2999-01-01T00:00:00Z";
    private static final String LATE = "2999-06-01T00:00:00Z";
    private static final String LATEST = "2999-12-01T00:00:00Z";

    @ParameterizedTest
    @CsvSource({
        "2999-01-01T00:00:00Z, 2999-01-01T00:00:00Z",
        "2999-01-01t02:00:00.5+02:00, 2999-01-01T00:00:00.500Z",
        "2999-01-01T00:00:00.123456789z, 2999-01-01T00:00:00.123456Z",
        "2999-01-01T00:00:00-00:30, 2999-01-01T00:30:00Z",
        "2999-01-02T00:00:00+23:59, 2999-01-01T00:01:00Z",
        "2999-01-01T00:00:00-23:59, 2999-01-01T23:59:00Z",
    })
    void aTaskHasItsDeadlineWhateverItsZone(String given, String expected) {
        String id = API.post("/v1/tasks", "{\"task_type\":\"dl\",\"deadline\":\"" + given + "\"}")
                .isOk(202)
                .json()
                .path("task_id")
                .asString();

        assertThat(Instant.parse(
                        API.get("/v1/tasks/" + id).json().path("deadline").asString()))
                .isEqualTo(Instant.parse(expected));
        assertThat(storedDeadline(id)).isEqualTo(Instant.parse(expected));
    }

    @Test
    void aTaskWithoutADeadlineHasNone() {
        String id = API.post("/v1/tasks", "{\"task_type\":\"dl\"}")
                .json()
                .path("task_id")
                .asString();

        assertThat(API.get("/v1/tasks/" + id).json().has("deadline")).isFalse();
    }

    @Test
    void ofATasksItsDefaultsAndItsDagsDeadlineTheTaskOrElseTheDefaultsButNeverLaterThanTheDag() {
        JsonNode dag = API.post("/v1/dags", """
                        {"deadline": "%s", "defaults": {"task_type": "dl", "deadline": "%s"},
                         "tasks": [{"key": "a"}, {"key": "b", "deadline": "%s"}]}
                        """.formatted(LATE, LATEST, EARLY))
                .isOk(202)
                .json();

        JsonNode view = API.get("/v1/dags/" + dag.path("dag_id").asString()).json();
        assertThat(view.path("deadline").asString()).isEqualTo(LATE);
        assertThat(view.at("/tasks/0/deadline").asString()).isEqualTo(LATE);
        assertThat(view.at("/tasks/1/deadline").asString()).isEqualTo(EARLY);
        JsonNode defaulted = API.post(
                        "/v1/dags",
                        "{\"name\":\"dl\",\"defaults\":{\"task_type\":\"dl\",\"deadline\":\"%s\"},\"tasks\":[{\"key\":\"a\"}]}"
                                .formatted(EARLY))
                .isOk(202)
                .json();
        view = API.get("/v1/dags/" + defaulted.path("dag_id").asString()).json();
        assertThat(view.has("deadline")).isFalse();
        assertThat(view.at("/tasks/0/deadline").asString()).isEqualTo(EARLY);
        assertThat(API.get("/v1/dags?name=dl&limit=1").json().at("/dags/0").has("deadline"))
                .isFalse();
    }

    @Test
    void theTasksOfABatchHaveTheirOwn() {
        JsonNode batch =
                API.post("/v1/tasks/batch", """
                        {"tasks": [{"task_type": "dl", "deadline": "%s"}, {"task_type": "dl"}]}
                        """.formatted(EARLY)).isOk(202).json();

        assertThat(storedDeadline(batch.at("/task_ids/0").asString())).isEqualTo(Instant.parse(EARLY));
        assertThat(API.get("/v1/tasks/" + batch.at("/task_ids/1").asString())
                        .json()
                        .has("deadline"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/tasks | {'task_type':'dl','deadline':%s} | /deadline",
                "/v1/tasks/batch | {'tasks':[{'task_type':'dl','deadline':%s}]} | /tasks/0/deadline",
                "/v1/dags | {'deadline':%s,'tasks':[{'key':'a','task_type':'dl'}]} | /deadline",
                "/v1/dags | {'tasks':[{'key':'a','task_type':'dl','deadline':%s}]} | /tasks/0/deadline",
                "/v1/dags | {'defaults':{'deadline':%s},'tasks':[{'key':'a','task_type':'dl'}]} | /defaults/deadline",
                "/v1/dags/validate | {'defaults':{'deadline':%s},'tasks':[{'key':'a','task_type':'dl'}]} | /defaults/deadline",
            })
    void aDeadlineThatIsPastOrNoneIsPointedAtWhereverItStands(String path, String body, String pointer) {
        Instant past = Instant.now().minusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
        post(path, body, "'" + past + "'")
                .isProblem(422, "OUT_OF_RANGE")
                .at(pointer)
                .saying("future");
        post(path, body, "'soon'").isProblem(422, "INVALID_VALUE").at(pointer).saying("RFC 3339");
        post(path, body, "5").isProblem(400, "INVALID_TYPE").at(pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2999-01-01",
                "2999-01-01T00:00:00",
                "2999-01-01T00:00Z",
                "2999-01-01 00:00:00Z",
                "2999-02-30T00:00:00Z",
                "2999-01-01T24:00:01Z",
                "2999-01-01T00:00:00+99:00",
                "+12999-01-01T00:00:00Z",
                "PT1H",
                "",
            })
    void whatIsNoTimeOfRfc3339IsRefused(String deadline) {
        post("/v1/tasks", "{'task_type':'dl','deadline':%s}", "'" + deadline + "'")
                .isProblem(422, "INVALID_VALUE")
                .at("/deadline");
    }

    @Test
    void aRequestThatIsRepeatedAfterItsDeadlineIsAnsweredByItsFirstAnswer() {
        Instant deadline = Instant.now().plusMillis(1_500);
        String body = "{\"task_type\":\"dl\",\"deadline\":\"%s\"}".formatted(deadline);
        String answer = API.post("/v1/tasks", body, "Idempotency-Key", "deadline")
                .isOk(202)
                .text();

        await().atMost(Duration.ofSeconds(30)).until(() -> Instant.now().isAfter(deadline));

        assertThat(API.post("/v1/tasks", body, "Idempotency-Key", "deadline")
                        .isOk(202)
                        .text())
                .isEqualTo(answer);
        API.post("/v1/tasks", body).isProblem(422, "OUT_OF_RANGE");
    }

    private static Answer post(String path, String body, String deadline) {
        return API.post(path, body.formatted(deadline).replace('\'', '"'));
    }

    private static Instant storedDeadline(String taskId) {
        return API.database()
                .client()
                .sql("select deadline from task_state where task_id = ?::uuid")
                .param(taskId)
                .query((row, number) -> row.getTimestamp(1).toInstant())
                .single();
    }
}
