package io.agentorchestrator.api.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.TestApi;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class LimitIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aLimitIsSetReadAndDeleted() {
        JsonNode set = API.put(
                        "/v1/limits/it-models", "{\"by\":\"label.model\",\"max_in_flight\":5,\"max_per_minute\":100}")
                .isOk(200)
                .json();
        assertThat(set.path("by").asString()).isEqualTo("label:model");
        assertThat(set.has("value")).isFalse();
        assertThat(set.path("max_per_minute").asInt()).isEqualTo(100);
        assertThat(set.has("max_tokens_per_minute")).isFalse();
        assertThat(set.path("in_flight").asInt()).isZero();

        JsonNode replaced = API.put(
                        "/v1/limits/it-models",
                        "{\"by\":\"label\",\"value\":\"model=opus\",\"max_tokens_per_minute\":0}")
                .isOk(200)
                .json();
        assertThat(replaced.path("by").asString()).isEqualTo("label:model");
        assertThat(replaced.path("value").asString()).isEqualTo("opus");
        assertThat(replaced.has("max_in_flight")).isFalse();
        assertThat(API.get("/v1/limits").isOk(200).json().path("limits").valueStream())
                .contains(replaced);

        API.delete("/v1/limits/it-models").isOk(204);
        API.delete("/v1/limits/it-models").isProblem(404, "LIMIT_NOT_FOUND");
        assertThat(API.get("/v1/limits").json().toString()).doesNotContain("it-models");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"max_in_flight\":1}|400|MISSING_FIELD|/by",
                "{\"by\":\"task_type\"}|422|INVALID_VALUE|/max_in_flight",
                "{\"by\":\"task_type\",\"max_in_flight\":-1}|422|OUT_OF_RANGE|/max_in_flight",
                "{\"by\":\"task_type\",\"max_per_minute\":1.5}|400|INVALID_TYPE|/max_per_minute",
                "{\"by\":\"task_type\",\"max_tokens_per_minute\":-1}|422|OUT_OF_RANGE|/max_tokens_per_minute",
                "{\"by\":\"model\",\"max_in_flight\":1}|422|INVALID_VALUE|/by",
                "{\"by\":\"label\",\"max_in_flight\":1}|422|INVALID_VALUE|/by",
                "{\"by\":\"task_type\",\"max\":1}|400|UNKNOWN_FIELD|/max",
            })
    void whatIsNoLimitIsRefusedByName(String body, int status, String code, String pointer) {
        API.put("/v1/limits/it-bad", body).isProblem(status, code).at(pointer);

        assertThat(API.get("/v1/limits").json().toString()).doesNotContain("it-bad");
    }

    @Test
    void aNameThatNoLimitCanHaveIsRefused() {
        API.put("/v1/limits/Models", "{\"by\":\"task_type\",\"max_in_flight\":1}")
                .isProblem(422, "INVALID_VALUE")
                .saying("a-z");
    }

    @Test
    void aTaskSaysWhichLimitItWaitsFor() {
        API.put("/v1/limits/it-keys", "{\"by\":\"payload_path:request.key\",\"max_in_flight\":3,\"max_per_minute\":9}")
                .isOk(200);
        String task = API.post("/v1/tasks", "{\"task_type\":\"it_limited\",\"payload\":{\"request\":{\"key\":\"k1\"}}}")
                .isOk(202)
                .json()
                .path("task_id")
                .asString();

        JsonNode waiting = API.get("/v1/tasks/" + task).json().path("waiting");
        assertThat(waiting.path("reason").asString()).isEqualTo("LIMIT");
        assertThat(waiting.path("detail").asString()).contains("it-keys", "k1", "0 of 3 in flight", "0 of 9 starts");
        JsonNode limit = API.get("/v1/limits")
                .json()
                .path("limits")
                .valueStream()
                .filter(one -> one.path("name").asString().equals("it-keys"))
                .findFirst()
                .orElseThrow();
        assertThat(limit.path("waiting").asInt()).isOne();
        assertThat(limit.path("values").get(0).path("value").asString()).isEqualTo("k1");
        assertThat(below(0).has("warnings")).as("nothing is in flight").isFalse();
        status(task, "RELEASED");
        assertThat(below(1).has("warnings")).isFalse();
        JsonNode warning = below(0).path("warnings").path(0);
        assertThat(warning.path("code").asString()).isEqualTo("BELOW_USE");
        assertThat(warning.path("pointer").asString()).isEqualTo("/max_in_flight");
        assertThat(warning.path("message").asString()).startsWith("1 of one value are in flight");
        status(task, "QUEUED");
        API.delete("/v1/limits/it-keys").isOk(204);
    }

    private static JsonNode below(int maxInFlight) {
        return API.put(
                        "/v1/limits/it-keys",
                        "{\"by\":\"payload_path:request.key\",\"max_in_flight\":" + maxInFlight + "}")
                .isOk(200)
                .json();
    }

    private static void status(String task, String status) {
        API.database()
                .client()
                .sql("update task_state set status = ?::task_status where task_id = ?::uuid")
                .params(status, task)
                .update();
    }

    @Test
    void aValueThatOnlyOthersHaveIsCountedAndNotTold() {
        API.put("/v1/limits/it-secrets", "{\"by\":\"payload_path:api_key\",\"max_in_flight\":3}")
                .isOk(200);
        for (String key : List.of("mine", "theirs")) {
            API.post("/v1/tasks", "{\"task_type\":\"it_secret\",\"payload\":{\"api_key\":\"" + key + "\"}}")
                    .isOk(202);
        }
        API.database()
                .client()
                .sql("update task_state set tenant = 'others' where held_by = 'LIMIT:it-secrets:theirs'")
                .update();

        JsonNode limit = API.get("/v1/limits")
                .json()
                .path("limits")
                .valueStream()
                .filter(one -> one.path("name").asString().equals("it-secrets"))
                .findFirst()
                .orElseThrow();

        assertThat(limit.path("waiting").asInt()).as("of all").isEqualTo(2);
        assertThat(limit.path("values").valueStream())
                .extracting(value -> value.path("value").asString())
                .containsExactly("mine");
        API.delete("/v1/limits/it-secrets").isOk(204);
    }

    @Test
    void aKeyThatOnlyAResultTellsIsWarnedOf() {
        API.put("/v1/limits/it-results", "{\"by\":\"payload_path:model\",\"max_in_flight\":3}")
                .isOk(200);

        JsonNode plan = API.post("/v1/dags/validate", """
                        {"name":"d","tasks":[{"key":"a","task_type":"t"},
                          {"key":"b","task_type":"t","depends_on":["a"],"payload":{"model":"${tasks.a.result.model}"}}]}
                        """).isOk(200).json();

        assertThat(plan.path("warnings").valueStream())
                .anySatisfy(
                        warning -> assertThat(warning.path("code").asString()).isEqualTo("LIMIT_KEY_UNKNOWN"));
        API.delete("/v1/limits/it-results").isOk(204);
    }
}
