package io.agentorchestrator.api.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.EventFeed;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What stands around a body, case by case, over HTTP: methods, media types, query parameters, headers. */
class RequestIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void wrongMethodsAndMediaTypesAreProblemsToo() {
        API.delete("/v1/tasks").isProblem(405, "METHOD_NOT_ALLOWED");
        API.send("POST", "/v1/tasks", BodyPublishers.ofString("x"), "Content-Type", "text/plain")
                .isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        API.send("POST", "/v1/dags", BodyPublishers.ofString("x"), "Content-Type", "multipart/form-data")
                .isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        API.send("POST", "/v1/tasks", BodyPublishers.ofString("{}")).isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        API.get("/v1/tasks", "Accept", "text/csv").isProblem(406, "NOT_ACCEPTABLE");
        API.get("/v1/tasks", "Accept", "application/json;q=0, */*").isProblem(406, "NOT_ACCEPTABLE");
        API.get("/v1/events", "Accept", "text/event-stream;q=0").isProblem(406, "NOT_ACCEPTABLE");
        API.get("/v1/tasks", "Accept", "application/json, */*;q=0").isOk(200);
        API.get("/v1/nothing", "Accept", "text/html").isProblem(404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | the Content-Type is missing; send application/json",
                "nonsense | the Content-Type 'nonsense' is not supported; send application/json",
                "text/plain | the Content-Type 'text/plain' is not supported; send application/json",
                "application/json; charset=nobody | the Content-Type 'application/json; charset=nobody' is not supported",
                "application/json; charset=iso-8859-1 | a body is in UTF-8, not in ISO-8859-1",
                "application/json; charset=utf-16 | a body is in UTF-8, not in UTF-16",
            })
    void aMediaTypeThatIsNotSupportedIsToldWithWhatIs(String type, String message) {
        String id = UUID.randomUUID().toString();
        for (String path : new String[] {
            "/v1/tasks", "/v1/tasks/batch", "/v1/dags", "/v1/dags/validate", "/v1/agents", "/v1/tasks/" + id + "/cancel"
        }) {
            Answer answer = type == null
                    ? API.send("POST", path, BodyPublishers.ofString("{}"))
                    : API.send("POST", path, BodyPublishers.ofString("{}"), "Content-Type", type);
            answer.isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
            assertThat(answer.json().path("detail").asString())
                    .contains(message)
                    .doesNotContain("null");
        }
    }

    @Test
    void utf8InWhateverLettersIsTaken() {
        for (String type : new String[] {"application/json; charset=UTF-8", "application/json;charset=\"utf-8\""}) {
            API.send(
                            "POST",
                            "/v1/tasks",
                            BodyPublishers.ofString("{\"task_type\":\"simulated\"}"),
                            "Content-Type",
                            type)
                    .isOk(202);
        }
    }

    @Test
    void aLabelThatIsWrongIsToldOnce() {
        assertThat(API.get("/v1/tasks?label=a=%00")
                        .isProblem(400, "INVALID_PARAMETER")
                        .json()
                        .path("errors")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void anEmptyCursorIsNone() {
        API.get("/v1/tasks?cursor=").isOk(200);
        API.get("/v1/dags?cursor=&limit=1").isOk(200);
        API.get("/v1/dead-letters?cursor=").isOk(200);
        API.get("/v1/tasks?cursor=&cursor=").isProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void unknownAndBadQueryParametersAreNamed() {
        assertThat(API.get("/v1/tasks?state=QUEUED")
                        .isProblem(400, "UNKNOWN_PARAMETER")
                        .json()
                        .path("errors")
                        .path(0)
                        .path("parameter")
                        .asString())
                .isEqualTo("state");
        for (String query : new String[] {
            "status=RELEASED",
            "status=queued",
            "limit=0",
            "limit=1001",
            "limit=x",
            "dag_id=1",
            "label=x",
            "cursor=!!",
            "cursor=AAAA",
            "priority=URGENT",
            "status=QUEUED&status=RUNNING",
            "task_type=",
            "task_type=a&task_type=b",
            "dag_id=018f3f3e-0000-7000-8000-00000000000g",
            "label=a=" + "x".repeat(1_001),
            "label=a=" + "x".repeat(257),
            "label=-a=x",
            "label=a+b=x",
            "label=a=1&label=a=2",
            "task_type=A",
            "task_type=" + "x".repeat(101)
        }) {
            Answer answer = API.get("/v1/tasks?" + query).isProblem(400, "INVALID_PARAMETER");
            assertThat(answer.json().path("errors").path(0).path("parameter").asString())
                    .isEqualTo(query.substring(0, query.indexOf('=')));
        }
        for (String query : new String[] {
            "status=STARTING",
            "status=paused",
            "status=PAUSED&status=RUNNING",
            "name=",
            "name=a&name=b",
            "name=" + "x".repeat(201),
            "label=a=1&label=a=2",
            "label=x",
            "label==x",
            "limit=-1",
            "limit=1e2",
            "cursor=%00"
        }) {
            Answer answer = API.get("/v1/dags?" + query).isProblem(400, "INVALID_PARAMETER");
            assertThat(answer.json().path("errors").path(0).path("parameter").asString())
                    .isEqualTo(query.substring(0, query.indexOf('=')));
        }
        for (String query : new String[] {"task_type=A", "error_code=" + "X".repeat(101)}) {
            for (Answer answer :
                    List.of(API.get("/v1/dead-letters?" + query), API.delete("/v1/dead-letters?state=OPEN&" + query))) {
                assertThat(answer.isProblem(400, "INVALID_PARAMETER")
                                .json()
                                .at("/errors/0/parameter")
                                .asString())
                        .isEqualTo(query.substring(0, query.indexOf('=')));
            }
        }
        API.get("/v1/tasks/" + UUID.randomUUID() + "?x=1").isProblem(400, "UNKNOWN_PARAMETER");
    }

    @Test
    void aTenantThatIsNoneIsRefused() {
        API.get("/v1/tasks", "Orchestrator-Tenant", "No Tenant").isProblem(400, "INVALID_HEADER");
        assertThat(API.get("/v1/tasks", "Orchestrator-Tenant", "one", "Orchestrator-Tenant", "two")
                        .isProblem(400, "INVALID_HEADER")
                        .json()
                        .at("/errors/0/header")
                        .asString())
                .isEqualTo("Orchestrator-Tenant");
    }

    @Test
    void aParameterThatTakesOneValueIsRefusedByNameWhereItIsGivenTwice() {
        List<String> tried = new ArrayList<>();
        JsonNode description = API.get("/v3/api-docs").isOk(200).json();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().path("get").path("parameters").forEach(reference -> {
                    JsonNode parameter = reference.has("$ref")
                            ? description.at(reference.path("$ref").asString().substring(1))
                            : reference;
                    String name = parameter.path("name").asString();
                    if (parameter.path("in").asString().equals("query")
                            && !parameter.at("/schema/type").asString().equals("array")) {
                        String query = "%s?%s=1&%s=1".formatted(path.getKey(), name, name);
                        Answer answer = API.get(query).isProblem(400, "INVALID_PARAMETER");
                        assertThat(answer.json().at("/errors/0/parameter").asString())
                                .as(query)
                                .isEqualTo(name);
                        assertThat(answer.json().at("/errors/0/message").asString())
                                .as(query)
                                .contains("2 times");
                        tried.add(query);
                    }
                }));
        assertThat(tried).hasSizeGreaterThanOrEqualTo(14);
    }

    @Test
    void labelsThatAreAskedForTwiceHaveToHoldTwice() {
        String mark = UUID.randomUUID().toString();
        for (String colour : new String[] {"red", "blue"}) {
            String labels = "\"labels\":{\"mark\":\"%s\",\"colour\":\"%s\"}".formatted(mark, colour);
            API.post("/v1/tasks", "{\"task_type\":\"labelled\",%s}".formatted(labels))
                    .isOk(202);
            API.post("/v1/dags", "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"labelled\"}],%s}".formatted(labels))
                    .isOk(202);
        }
        for (String list : new String[] {"tasks", "dags"}) {
            String of = "/v1/" + list + "?label=mark=" + mark;
            assertThat(found(of, list)).isEqualTo(2);
            assertThat(found(of + "&label=colour=red", list)).isEqualTo(1);
            assertThat(found(of + "&label=colour=red&label=colour=red", list)).isEqualTo(1);
            for (String two :
                    new String[] {"&label=colour=red&label=colour=blue", "&label=colour=blue&label=colour=red"}) {
                API.get(of + two).isProblem(400, "INVALID_PARAMETER").saying("the label 'colour' has one value");
            }
        }
    }

    @Test
    void anEmptyLastEventIdIsNone() {
        String dag = API.post("/v1/dags", "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"seen\"}]}")
                .isOk(202)
                .header("Location");
        for (String path : new String[] {"/v1/events", dag + "/events"}) {
            for (String none : new String[] {"", " "}) {
                try (EventFeed feed = API.events(path, "Last-Event-ID", none)) {
                    assertThat(feed.status()).as(path).isEqualTo(200);
                }
            }
        }
        API.get("/v1/events", "Last-Event-ID", "x").isProblem(400, "INVALID_HEADER");
    }

    private static int found(String path, String list) {
        JsonNode page = API.get(path).isOk(200).json();
        assertThat(page.has("next_cursor")).isFalse();
        return page.path(list).size();
    }
}
