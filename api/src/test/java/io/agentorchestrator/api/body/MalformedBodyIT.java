package io.agentorchestrator.api.body;

import io.agentorchestrator.api.testkit.TestApi;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that cannot be read at all, over HTTP. */
class MalformedBodyIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aBodyBeyondItsLimitIsRefusedWithoutReadingAllOfIt() {
        byte[] large = new byte[3 * 1024 * 1024];
        API.send("POST", "/v1/tasks", BodyPublishers.ofByteArray(large), "Content-Type", "application/json")
                .isProblem(413, "REQUEST_TOO_LARGE");
        API.send(
                        "POST",
                        "/v1/tasks",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                        "Content-Type",
                        "application/json")
                .isProblem(413, "REQUEST_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"task_type\":}",
                "{\"a\":1}}",
                "{\"a\":NaN}",
                "{'a':1}",
                "nul",
                "{\"a\":01}",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":\"\t\"}"
            })
    void malformedJsonIsRefused(String body) {
        API.post("/v1/tasks", body).isProblem(400, "MALFORMED_JSON").at("");
    }

    @Test
    void anExponentBeyondAllBoundsIsLocated() {
        API.post("/v1/tasks", "{\"task_type\": \"x\",\n \"payload\": {\"a\": 1e99999999999}}")
                .isProblem(400, "MALFORMED_JSON")
                .at("/payload/a")
                .saying("line 2, column 19");
    }

    @Test
    void malformedJsonIsLocated() {
        API.post("/v1/tasks", "{\n  \"task_type\": oops\n}")
                .isProblem(400, "MALFORMED_JSON")
                .saying("line 2");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] bytes = {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'};
        API.send("POST", "/v1/tasks", BodyPublishers.ofByteArray(bytes), "Content-Type", "application/json")
                .isProblem(400, "MALFORMED_JSON");
        API.send("POST", "/v1/dags", BodyPublishers.ofByteArray(bytes), "Content-Type", "application/yaml")
                .isProblem(400, "MALFORMED_YAML");
    }

    @Test
    void jsonThatIsNestedTooDeepIsRefused() {
        String deep = "{\"payload\":" + "[".repeat(200) + "]".repeat(200) + "}";
        API.post("/v1/tasks", deep)
                .isProblem(400, "LIMIT_EXCEEDED")
                .at("/payload" + "/0".repeat(63))
                .saying("line 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tasks: [",
                "a: 1\na: 2",
                "tasks: *nobody",
                "--- {}\n--- {}",
                "a: !!python/object:x {}",
                "\t- a",
                "a: &a [*a]",
                "? [a]\n: b",
                "a: 'open"
            })
    void malformedYamlIsRefused(String body) {
        API.postYaml("/v1/dags", body).isProblem(400, "MALFORMED_YAML").at("");
    }

    @Test
    void aYamlBombIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int level = 1; level < 12; level++) {
            bomb.append("a%d: &a%d [%s]\n"
                    .formatted(level, level, String.join(",", Collections.nCopies(10, "*a" + (level - 1)))));
        }
        API.postYaml("/v1/dags", bomb.toString())
                .isProblem(400, "LIMIT_EXCEEDED")
                .at("/a6/0");
    }

    @Test
    void yamlThatIsNestedTooDeepIsRefused() {
        API.postYaml("/v1/dags", "tasks: " + "[".repeat(100_000)).isProblem(400, "LIMIT_EXCEEDED");
    }
}
