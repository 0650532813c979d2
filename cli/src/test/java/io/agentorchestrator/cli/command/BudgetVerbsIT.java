package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Budgets and costs, against an API of a few lines. */
class BudgetVerbsIT extends AgainstFakeApi {
    private static final String ID = "01a22bd2-e83f-7000-9ffe-cba20d6c889a";
    private static final String BUDGET = """
            {"name": "daily", "period": "PT24H", "cost_usd": 20, "tokens": 5000000, "priorities_held_back_first": ["LOW"],
             "spent_usd": 1.000001, "reserved_usd": 0.5, "spent_tokens": 7, "reserved_tokens": 0, "ends_at": "2026-12-01T00:00:00Z",
             "updated_at": "2026-11-30T00:00:00Z", "updated_by": "ann"}""";

    @Test
    void budgetsAreListedSetAndDeleted() {
        api.answers("GET /v1/budgets", 200, "{\"budgets\": [" + BUDGET + "]}");
        api.answers("PUT /v1/budgets/daily", 200, BUDGET);
        api.answers("DELETE /v1/budgets/daily", 204, "");

        assertThat(terminal.orchestrator("budgets")).isZero();
        assertThat(terminal.out().lines())
                .anyMatch(line ->
                        line.matches("daily +PT24H +20 +1\\.000001 +0\\.5 +5000000 +7 +0 +2026-12-01T00:00:00Z *"));
        assertThat(terminal.orchestrator(
                        "budgets",
                        "set",
                        "daily",
                        "--period",
                        "P1D",
                        "--cost",
                        "20.10",
                        "--tokens",
                        "5000000",
                        "--hold-back",
                        "LOW"))
                .isZero();
        assertThat(api.requests)
                .contains("PUT /v1/budgets/daily {\"period\":\"P1D\",\"cost_usd\":20.10,\"tokens\":5000000,"
                        + "\"priorities_held_back_first\":[\"LOW\"]}");
        assertThat(terminal.orchestrator("budgets", "delete", "daily")).isZero();
        assertThat(terminal.orchestrator("budgets", "set", "daily")).isEqualTo(2);
    }

    @Test
    void costsAreSummedUpByWhatIsAsked() {
        api.answers("GET /v1/costs?group_by=task_type%2Cday&from=2026-11-01", 200, """
                {"from": "2026-11-01T00:00:00Z", "to": "2026-11-30T00:00:00Z", "costs": [{"task_type": "write", "day": "2026-11-02",
                 "spent_usd": 0.3, "reserved_usd": 0, "input_tokens": 1, "output_tokens": 2, "reserved_tokens": 0}]}""");

        assertThat(terminal.orchestrator("costs", "--by", "task_type,day", "--from", "2026-11-01"))
                .isZero();

        assertThat(terminal.out().lines())
                .anyMatch(line -> line.matches("- +write +- +- +2026-11-02 +0\\.3 +0 +1 +2 *"));
    }

    @Test
    void aBudgetIsRaisedOfWhatRunsAndOfWhatIsToRunAgain() {
        api.answers("PATCH /v1/dags/" + ID, 200, "{}");
        api.answers("POST /v1/dags/" + ID + "/retry", 202, """
                {"dag_id": "%s", "run_number": 2, "tasks": ["a"], "command_id": "%s"}""".formatted(ID, ID));

        assertThat(terminal.orchestrator("update", ID, "--cost-budget", "2.50", "--token-budget", "100"))
                .isZero();
        assertThat(terminal.orchestrator("retry", ID, "--cost-budget", "3")).isZero();

        assertThat(api.requests)
                .contains(
                        "PATCH /v1/dags/" + ID + " {\"cost_budget\":2.50,\"token_budget\":100}",
                        "POST /v1/dags/" + ID + "/retry {\"cost_budget\":3}");
    }
}
