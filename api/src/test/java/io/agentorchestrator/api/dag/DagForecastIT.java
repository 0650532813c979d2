package io.agentorchestrator.api.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.forecast.TypeTimeStore.Measured;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A DAG's view tells how it will go on, by measured times, which are known some seconds later. */
class DagForecastIT {
    private static final TestApi API = TestApi.shared();

    @BeforeAll
    static void timesAreMeasured() {
        new TypeTimeStore(API.database().dataSource())
                .merge(List.of(new Measured("forecast.a", 10, 101, 100), new Measured("forecast.b", 100, 10_001, 100)));
        API.post("/v1/agents", """
                {"agent_id": "forecast", "agent_types": ["forecast.a", "forecast.b"], "address": "127.0.0.1:9", "max_concurrent_tasks": 1}
                """).isOk(201);
        API.database()
                .client()
                .sql("update agent set last_heartbeat_at = now() + interval '1 hour' where agent_id = 'forecast'")
                .update();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> API.post("/v1/dags/validate", dag(""))
                                .json()
                                .path("critical_path_seconds")
                                .asDouble()
                        == 120);
        await().atMost(Duration.ofSeconds(30)).until(() -> read(submit(dag(""))).has("predicted_finish"));
    }

    @Test
    void slackFinishAndPathFollowFromMeasuredTimesAndSlots() {
        JsonNode dag = read(submit(dag("")));

        assertThat(dag.path("critical_path").toString()).isEqualTo("[\"first\",\"long\",\"last\"]");
        assertThat(dag.at("/tasks/0/slack_seconds").asDouble()).isZero();
        assertThat(dag.at("/tasks/1/slack_seconds").asDouble()).isZero();
        assertThat(dag.at("/tasks/2/slack_seconds").asDouble()).isEqualTo(90);
        // One slot: 10 + 100 + 10 + 10 seconds of work, one after the other; the prediction is as of some time after
        // created_at.
        JsonNode finish = dag.path("predicted_finish");
        Instant created = Instant.parse(dag.path("created_at").asString());
        Instant at = Instant.parse(finish.path("at").asString());
        assertThat(at).isBetween(created.plusSeconds(125), Instant.now().plusSeconds(135));
        assertThat(Instant.parse(finish.path("earliest").asString())).isBetween(created.plusSeconds(100), at);
        assertThat(Instant.parse(finish.path("latest").asString()))
                .isBetween(at, Instant.now().plusSeconds(160));
        assertThat(dag.has("no_prediction")).isFalse();
    }

    @Test
    void whatEndedCountsAsLongAsItRanAndWhatRunsAsLongAsItHas() {
        String id = submit(dag(""));
        sql(
                id,
                "status = 'COMPLETED', started_at = now() - interval '50 seconds', ended_at = now() - interval '4 seconds'",
                0);
        sql(id, "status = 'RUNNING', agent_id = 'forecast', started_at = now() - interval '40 seconds'", 1);

        JsonNode dag = read(id);

        assertThat(dag.path("critical_path_seconds").asDouble()).isEqualTo(46 + 100 + 10);
        assertThat(dag.at("/tasks/0").has("slack_seconds")).isFalse();
        assertThat(dag.at("/tasks/2/slack_seconds").asDouble()).isBetween(1.0, 50.0);
    }

    @Test
    void aDeadlineThatCannotBeMetIsToldOfTheDagItsTasksAndAtItsSubmission() {
        String deadline = "\"deadline\": \"" + Instant.now().plusSeconds(60) + "\",";
        JsonNode accepted = API.post("/v1/dags", dag(deadline)).isOk(202).json();
        assertThat(accepted.path("warnings").toString()).contains("DEADLINE_AT_RISK", "/deadline");

        JsonNode dag = read(accepted.path("dag_id").asString());
        assertThat(dag.at("/deadline_at_risk/by_seconds").asDouble()).isBetween(55.0, 120.0);
        assertThat(dag.at("/tasks/0").has("deadline_at_risk")).isFalse();
        assertThat(dag.at("/tasks/3/deadline_at_risk/by_seconds").asDouble()).isBetween(55.0, 120.0);
        JsonNode task =
                API.get("/v1/tasks/" + accepted.at("/tasks/long").asString()).json();
        assertThat(task.at("/deadline_at_risk/by_seconds").asDouble()).isBetween(35.0, 100.0);
    }

    @Test
    void nothingIsInventedOfTypesThatWereNotMeasured() {
        JsonNode dag = read(submit(dag("").replace("forecast.b", "forecast.never")));

        assertThat(dag.path("no_prediction").asString()).isEqualTo("task types not measured yet: forecast.never");
        assertThat(dag.has("predicted_finish")).isFalse();
        assertThat(dag.at("/tasks/0").has("slack_seconds")).isFalse();
    }

    private static String dag(String more) {
        return """
                {"name": "forecast", %s "defaults": {"task_type": "forecast.a"}, "tasks": [
                  {"key": "first"}, {"key": "long", "task_type": "forecast.b", "depends_on": ["first"]},
                  {"key": "short", "depends_on": ["first"]}, {"key": "last", "depends_on": ["long", "short"]}]}
                """.formatted(more);
    }

    private static String submit(String dag) {
        return API.post("/v1/dags", dag).isOk(202).json().path("dag_id").asString();
    }

    private static JsonNode read(String id) {
        return API.get("/v1/dags/" + id).isOk(200).json();
    }

    private static void sql(String id, String set, int task) {
        API.database()
                .client()
                .sql("update task_state set %s where run_id = ?::uuid and task_index = ?".formatted(set))
                .params(id, task)
                .update();
    }
}
