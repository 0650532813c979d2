package io.agentorchestrator.api.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
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
