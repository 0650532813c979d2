package io.agentorchestrator.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.EventFeed;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.retention.Cutoff;
import io.agentorchestrator.store.retention.ExpiredEvents;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EventStreamIT {
    private static final TestApi API = TestApi.shared();
    /** Less than what passes between two looks without a bell. */
    private static final Duration LIMIT = Duration.ofSeconds(8);

    private static final String DAG = """
            {"name": "watched", "defaults": {"task_type": "watched"},
             "tasks": [{"key": "a"}, {"key": "b", "depends_on": ["a"]}]}
            """;

    @Test
    void aDagsEventsComeFromItsBeginningAndThenAsTheyHappen() {
        JsonNode dag = dag();
        String id = dag.path("dag_id").asString();
        try (EventFeed feed = API.events("/v1/dags/" + id + "/events")) {
            assertThat(feed.header("Content-Type")).startsWith("text/event-stream");
            assertThat(feed.header("Cache-Control")).isEqualTo("no-store");
            await().atMost(LIMIT).until(() -> feed.events().size() == 3);
            assertThat(feed.events())
                    .extracting(event -> event.name() + " " + event.text("key") + " " + event.text("status"))
                    .containsExactlyInAnyOrder("dag  PENDING", "task a QUEUED", "task b WAITING");

            update("update task_state set status = 'RELEASED' where task_id = ?::uuid", dag.at("/tasks/a"));
            update(
                    "update task_state set status = 'RUNNING', attempt = 1, run_number = 1 where task_id = ?::uuid",
                    dag.at("/tasks/a"));
            await().atMost(LIMIT).until(() -> feed.events().size() == 4);
            EventFeed.Event running = feed.events().getLast();
            assertThat(running.name()).isEqualTo("task");
            assertThat(running.text("status")).isEqualTo("RUNNING");
            assertThat(running.text("task_id")).isEqualTo(dag.at("/tasks/a").asString());
            assertThat(running.text("dag_id")).isEqualTo(id);
            assertThat(running.text("key")).isEqualTo("a");
            assertThat(running.text("task_type")).isEqualTo("watched");
            assertThat(running.data().path("attempt").asInt()).isEqualTo(1);
            assertThat(running.data().path("run_number").asInt()).isEqualTo(1);
            assertThat(running.data().has("error_code")).isFalse();
            assertThat(Instant.parse(running.text("at")))
                    .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));

            API.post("/v1/dags/" + id + "/pause", "{}").isOk(202);
            await().atMost(LIMIT).until(() -> feed.events().size() == 5);
            assertThat(feed.events().getLast().name()).isEqualTo("dag");
            assertThat(feed.events().getLast().text("status")).isEqualTo("PAUSED");
            assertThat(feed.events().getLast().data().has("task_id")).isFalse();
        }
    }

    @Test
    void aSubscriberGoesOnBehindItsLastEvent() {
        String path = "/v1/dags/" + dag().path("dag_id").asString() + "/events";
        List<EventFeed.Event> all;
        try (EventFeed feed = API.events(path)) {
            await().atMost(LIMIT).until(() -> feed.events().size() == 3);
            all = List.copyOf(feed.events());
        }
        for (int seen = 1; seen <= 2; seen++) {
            int rest = 3 - seen;
            try (EventFeed feed = API.events(
                    path, "Last-Event-ID", String.valueOf(all.get(seen - 1).id()))) {
                await().atMost(LIMIT).until(() -> feed.events().size() == rest);
                assertThat(feed.events()).isEqualTo(all.subList(seen, 3));
            }
        }
    }

    @Test
    void whoseNextEventsWereDeletedIsToldSo() {
        String[] mine = {"Orchestrator-Tenant", "events-gap"};
        String[] fromAnywhere = {mine[0], mine[1], "Last-Event-ID", "1-1"};
        for (String type : List.of("first", "second", "third")) {
            submit(type, mine[1]);
        }
        List<EventFeed.Event> all;
        try (EventFeed feed = API.events("/v1/events", fromAnywhere)) {
            await().atMost(LIMIT).until(() -> feed.events().size() == 3);
            all = List.copyOf(feed.events());
            assertThat(all).extracting(EventFeed.Event::name).containsOnly("task");
        }

        delete("tenant = 'events-gap' and task_type in ('first', 'second')");
        String second = String.valueOf(all.get(1).id());
        String third = String.valueOf(all.get(2).id());
        for (String seen : List.of("1-1", String.valueOf(all.getFirst().id()))) {
            try (EventFeed feed = API.events("/v1/events", mine[0], mine[1], "Last-Event-ID", seen)) {
                await().atMost(LIMIT).until(() -> feed.events().size() == 2);
                EventFeed.Event gap = feed.events().getFirst();
                assertThat(gap.name()).isEqualTo("gap");
                assertThat(gap.id()).isNull();
                assertThat(gap.text("after")).isEqualTo(seen);
                assertThat(gap.text("resumes_at")).isEqualTo(third);
                assertThat(feed.events().getLast()).isEqualTo(all.getLast());
            }
        }
        try (EventFeed feed = API.events("/v1/events", mine[0], mine[1], "Last-Event-ID", second)) {
            await().atMost(LIMIT).until(() -> !feed.events().isEmpty());
            assertThat(feed.events()).as("the next is the oldest kept").containsExactly(all.getLast());
        }
    }

    @Test
    void aDagThatLostItsBeginningSaysSoAndOthersDoNot() {
        String[] mine = {"Orchestrator-Tenant", "events-lost"};
        JsonNode dag = dag(mine);
        String lost = dag.path("dag_id").asString();
        String kept = dag(mine).path("dag_id").asString();
        update("update run set status = 'COMPLETED' where run_id = ?::uuid", dag.path("dag_id"));
        delete("run_id = '%s' and status <> 'COMPLETED'".formatted(lost));

        try (EventFeed feed = API.events("/v1/dags/" + lost + "/events", mine)) {
            await().atMost(LIMIT).until(() -> feed.events().size() == 2);
            assertThat(feed.events()).extracting(EventFeed.Event::name).containsExactly("gap", "dag");
        }
        try (EventFeed feed = API.events("/v1/dags/" + kept + "/events", mine[0], mine[1], "Last-Event-ID", "1-1")) {
            await().atMost(LIMIT).until(() -> feed.events().size() == 3);
            assertThat(feed.events()).extracting(EventFeed.Event::name).doesNotContain("gap");
        }
    }

    /** As retention does, once they are old. */
    private static void delete(String condition) {
        API.database()
                .client()
                .sql("update event set event_id = uuidv7(interval '-1 hour') where " + condition)
                .update();
        ExpiredEvents old = new ExpiredEvents(API.database().dataSource(), 100);
        Cutoff cutoff = Cutoff.of(API.database().dataSource(), Duration.ofMinutes(30));
        while (old.next(cutoff)) {
            // As far as there are any.
        }
    }

    @Test
    void allEventsOfATenantComeFromNowOnAndNobodyElses() {
        submit("before", "events-mine");
        try (EventFeed mine = API.events("/v1/events", "Orchestrator-Tenant", "events-mine");
                EventFeed others = API.events("/v1/events", "Orchestrator-Tenant", "events-others")) {
            String id = submit("after", "events-mine");
            await().atMost(LIMIT).until(() -> !mine.events().isEmpty());

            assertThat(mine.events()).extracting(event -> event.text("task_id")).containsExactly(id);
            assertThat(mine.events().getFirst().data().has("dag_id")).isFalse();
            submit("later", "events-others");
            await().atMost(LIMIT).until(() -> !others.events().isEmpty());
            assertThat(others.events())
                    .extracting(event -> event.text("task_type"))
                    .containsExactly("later");
            assertThat(mine.events()).hasSize(1);
        }
    }

    @Test
    void whoLeavesBeforeTheFirstEventMissesNothing() {
        String seen;
        try (EventFeed feed = API.events("/v1/events", "Orchestrator-Tenant", "events-early")) {
            await().atMost(LIMIT).until(() -> feed.lastId() != null);
            seen = feed.lastId();
        }
        String id = submit("missed", "events-early");

        try (EventFeed feed = API.events(
                "/v1/events", "Orchestrator-Tenant", "events-early", "Last-Event-ID", String.valueOf(seen))) {
            await().atMost(LIMIT).until(() -> !feed.events().isEmpty());
            assertThat(feed.events()).extracting(event -> event.text("task_id")).containsExactly(id);
        }
    }

    @Test
    void moreThanAPageComesInOrder() {
        String tasks = "{\"task_type\":\"paged\"},".repeat(1_000);
        String batch = "{\"tasks\":[" + tasks.substring(0, tasks.length() - 1) + "]}";
        try (EventFeed feed = API.events("/v1/events", "Orchestrator-Tenant", "events-paged")) {
            API.post("/v1/tasks/batch", batch, "Orchestrator-Tenant", "events-paged")
                    .isOk(202);
            await().atMost(LIMIT).until(() -> feed.events().size() >= 1_000);
            assertThat(feed.events())
                    .hasSize(1_000)
                    .extracting(EventFeed.Event::id)
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1", "1-", "-1", "1-2-3", "-1-1", "99999999999999999999-1", "9000000000000000000-1"})
    void aLastEventIdThatIsNoneIsRefused(String id) {
        Answer answer = API.get("/v1/events", "Last-Event-ID", id).isProblem(400, "INVALID_HEADER");
        assertThat(answer.json().at("/errors/0/header").asString()).isEqualTo("Last-Event-ID");
        API.get("/v1/dags/" + dag().path("dag_id").asString() + "/events", "Last-Event-ID", id)
                .isProblem(400, "INVALID_HEADER");
    }

    @Test
    void theEventsOfADagThatIsNotThereOrAnothersAreNotFound() {
        String mine = "/v1/dags/" + dag().path("dag_id").asString() + "/events";

        API.get(mine, "Orchestrator-Tenant", "acme").isProblem(404, "DAG_NOT_FOUND");
        API.get("/v1/dags/" + UUID.randomUUID() + "/events").isProblem(404, "DAG_NOT_FOUND");
        API.get("/v1/dags/abc/events").isProblem(404, "DAG_NOT_FOUND");
        API.get("/v1/dags/" + submit("x", "default") + "/events").isProblem(404, "DAG_NOT_FOUND");
    }

    @Test
    void oddRequestsAreRefused() {
        API.get("/v1/events?since=1").isProblem(400, "UNKNOWN_PARAMETER");
        API.get("/v1/events", "Accept", "text/csv").isProblem(406, "NOT_ACCEPTABLE");
        API.get("/v1/events", "Orchestrator-Tenant", "No Tenant").isProblem(400, "INVALID_HEADER");
        API.post("/v1/events", "{}").isProblem(405, "METHOD_NOT_ALLOWED");
        API.send("HEAD", "/v1/events", BodyPublishers.noBody()).isOk(200);
    }

    private static void update(String sql, JsonNode taskId) {
        API.database().client().sql(sql).param(taskId.asString()).update();
    }

    private static JsonNode dag(String... headers) {
        return API.post("/v1/dags", DAG, headers).isOk(202).json();
    }

    private static String submit(String type, String tenant) {
        return API.post("/v1/tasks", "{\"task_type\":\"" + type + "\"}", "Orchestrator-Tenant", tenant)
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
    }
}
