package io.agentorchestrator.api.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BudgetIT {
    private static final TestApi API = TestApi.shared();
    private static final String[] TENANT = {"Orchestrator-Tenant", "budgeted"};

    @Test
    void aTenantsBudgetsAreSetListedAndDeletedAndAreItsOwn() {
        JsonNode set = API.put("/v1/budgets/daily", "{\"period\":\"P1D\",\"cost_usd\":12.5}", TENANT)
                .isOk(200)
                .json();
        assertThat(set.path("cost_usd").asString()).isEqualTo("12.5");
        assertThat(set.path("spent_usd").asString()).isEqualTo("0");
        assertThat(set.path("priorities_held_back_first").toString()).isEqualTo("[\"LOW\",\"BACKGROUND\"]");
        assertThat(API.get("/v1/budgets", TENANT).isOk(200).json().toString()).contains("\"daily\"");
        assertThat(API.get("/v1/budgets").isOk(200).json().toString()).doesNotContain("\"daily\"");

        API.delete("/v1/budgets/daily").isProblem(404, "BUDGET_NOT_FOUND");
        API.delete("/v1/budgets/daily", TENANT).isOk(204);
        API.delete("/v1/budgets/daily", TENANT).isProblem(404, "BUDGET_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"period\":\"P1D\"}|422|INVALID_VALUE|/cost_usd",
                "{\"cost_usd\":1}|400|MISSING_FIELD|/period",
                "{\"period\":\"PT2H\",\"cost_usd\":1}|422|OUT_OF_RANGE|/period",
                "{\"period\":\"P1D\",\"cost_usd\":-1}|422|OUT_OF_RANGE|/cost_usd",
                "{\"period\":\"P1D\",\"cost_usd\":0.0000001}|422|OUT_OF_RANGE|/cost_usd",
                "{\"period\":\"P1D\",\"tokens\":-1}|422|OUT_OF_RANGE|/tokens",
                "{\"period\":\"P1D\",\"tokens\":1,\"priorities_held_back_first\":[\"LAST\"]}|422|INVALID_VALUE|/priorities_held_back_first/0",
            })
    void budgetsThatAreNoneAreRefusedByName(String body, int status, String code, String pointer) {
        API.put("/v1/budgets/bad", body).isProblem(status, code).at(pointer);

        assertThat(API.get("/v1/budgets").json().toString()).doesNotContain("\"bad\"");
    }

    @Test
    void aTasksBudgetIsShownAndMayBeChangedUntilItEnds() {
        String id = API.post(
                        "/v1/tasks", "{\"task_type\":\"dear\",\"cost_budget\":0.25,\"on_budget_exceeded\":\"PAUSE\"}")
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
        JsonNode changed = patch("/v1/tasks/" + id, "{\"cost_budget\":1.5,\"token_budget\":100}")
                .isOk(200)
                .json();
        assertThat(changed.path("cost_budget").asString()).isEqualTo("1.5");
        assertThat(changed.path("token_budget").asLong()).isEqualTo(100);
        assertThat(changed.path("on_budget_exceeded").asString()).isEqualTo("PAUSE");
        patch("/v1/tasks/" + id, "{\"cost_budget\":-1}")
                .isProblem(422, "OUT_OF_RANGE")
                .at("/cost_budget");
        patch("/v1/tasks/none", "{}").isProblem(404, "TASK_NOT_FOUND");

        API.database()
                .client()
                .sql("update task_state set held_by = 'BUDGET_EXCEEDED:' || task_id where task_id = ?::uuid")
                .param(id)
                .update();
        JsonNode waiting = API.get("/v1/tasks/" + id).json().path("waiting");
        assertThat(waiting.path("reason").asString()).isEqualTo("BUDGET");
        assertThat(waiting.path("detail").asString()).contains("0 of 1.5 USD", "PATCH /v1/tasks/" + id);

        API.post("/v1/tasks/" + id + "/cancel", "{}").isOk(202);
        patch("/v1/tasks/" + id, "{\"cost_budget\":2}").isProblem(409, "ALREADY_ENDED");
    }

    @Test
    void aDagsBudgetIsShownAndMayBeChanged() {
        String id = API.post("/v1/dags", "{\"cost_budget\":0.25,\"tasks\":[{\"key\":\"a\",\"task_type\":\"dear\"}]}")
                .isOk(202)
                .json()
                .path("dag_id")
                .asString();
        assertThat(patch("/v1/dags/" + id, "{\"token_budget\":7}")
                        .isOk(200)
                        .json()
                        .path("token_budget")
                        .asLong())
                .isEqualTo(7);
        assertThat(API.get("/v1/dags/" + id).json().path("cost_budget").asString())
                .isEqualTo("0.25");
    }

    @Test
    void aBudgetIsNotChangedToLessThanIsSpentNorAnythingElseWithIt() {
        String id = API.post("/v1/tasks", "{\"task_type\":\"dear\",\"cost_budget\":0.25,\"priority\":\"LOW\"}")
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
        API.database()
                .client()
                .sql("update budget_account set spent_micro_usd = 125000, spent_tokens = 9 where account_id = ?::uuid")
                .param(id)
                .update();

        patch("/v1/tasks/" + id, "{\"cost_budget\":0.124,\"token_budget\":8,\"priority\":\"CRITICAL\"}")
                .isProblem(422, "OUT_OF_RANGE")
                .at("/cost_budget")
                .saying("0.125 USD");
        patch("/v1/tasks/" + id, "{\"cost_budget\":0.2,\"token_budget\":8}")
                .isProblem(422, "OUT_OF_RANGE")
                .at("/token_budget")
                .saying("9 tokens");

        JsonNode task = API.get("/v1/tasks/" + id).json();
        assertThat(task.path("priority").asString()).isEqualTo("LOW");
        assertThat(task.path("cost_budget").asString()).isEqualTo("0.25");
        patch("/v1/tasks/" + id, "{\"cost_budget\":0.125,\"priority\":\"CRITICAL\"}")
                .isOk(200);
        API.post("/v1/tasks/" + id + "/cancel", "{}").isOk(202);
    }

    @Test
    void aBudgetBelowWhatThePeriodHasSpentIsSetWithAWarning() {
        String[] tenant = {"Orchestrator-Tenant", "spender"};
        API.database().client().sql("""
                        insert into spending values ('spender', date_trunc('hour', now(), 'UTC'), 't', '', 0, 2000000, 30, 40)
                        """).update();

        assertThat(API.put("/v1/budgets/daily", "{\"period\":\"P1D\",\"cost_usd\":2,\"tokens\":70}", tenant)
                        .isOk(200)
                        .json()
                        .has("warnings"))
                .isFalse();
        JsonNode warnings = API.put("/v1/budgets/daily", "{\"period\":\"P1D\",\"cost_usd\":1.5,\"tokens\":69}", tenant)
                .isOk(200)
                .json()
                .path("warnings");
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0).path("code").asString()).isEqualTo("BELOW_USE");
        assertThat(warnings.get(0).path("pointer").asString()).isEqualTo("/cost_usd");
        assertThat(warnings.get(0).path("message").asString()).startsWith("2 USD are spent");
        assertThat(warnings.get(1).path("pointer").asString()).isEqualTo("/tokens");
        assertThat(API.get("/v1/budgets", tenant).json().toString()).doesNotContain("warnings");
        API.delete("/v1/budgets/daily", tenant).isOk(204);
    }

    @Test
    void costsThatTakeTooLongSayWhatToNarrowAndLeaveSubmissionsTheirConnections() throws Exception {
        try (Connection other = API.database().dataSource().getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.executeUpdate("lock table charge in access exclusive mode");

            assertThat(API.get("/v1/costs?group_by=dag")
                            .isProblem(503, "STORE_TIMEOUT")
                            .json()
                            .path("detail")
                            .asString())
                    .contains("'from'", "'dag'");
            other.rollback();
        }
        assertThat(API.get("/v1/costs?group_by=dag").isOk(200).json().has("truncated"))
                .isFalse();
    }

    @Test
    void costsAreToldByWhatIsAsked() {
        API.get("/v1/costs?group_by=tenant,task_type,agent_type,dag,day").isOk(200);
        API.get("/v1/costs?from=2026-01-01&to=2026-02-01T00:00:00Z&group_by=day")
                .isOk(200);
        API.get("/v1/costs?group_by=agent").isProblem(400, "INVALID_PARAMETER");
        API.get("/v1/costs?from=yesterday").isProblem(400, "INVALID_PARAMETER");
        API.get("/v1/costs?from=2026-02-01&to=2026-01-01").isProblem(400, "INVALID_PARAMETER");
    }

    private static Answer patch(String path, String json) {
        return API.send("PATCH", path, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }
}
