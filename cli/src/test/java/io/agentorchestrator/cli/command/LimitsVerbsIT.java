package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Limits, against an API of a few lines. */
class LimitsVerbsIT extends AgainstFakeApi {
    private static final String LIMIT = """
            {"name": "opus", "by": "label:model", "value": "opus", "max_per_minute": 100, "in_flight": 3,
             "started_last_minute": 97, "tokens_last_minute": 0, "waiting": 400, "values": []}""";

    @Test
    void limitsAreListedSetAndDeleted() {
        api.answers("GET /v1/limits", 200, "{\"limits\": [" + LIMIT + "]}");
        api.answers("PUT /v1/limits/opus", 200, LIMIT);
        api.answers("DELETE /v1/limits/opus", 204, "");

        assertThat(terminal.orchestrator("limits")).isZero();
        assertThat(terminal.out().lines())
                .anyMatch(line -> line.matches("opus +label:model +opus +3 +97 of 100 +0 +400 *"));
        terminal.takeOut();
        assertThat(terminal.orchestrator(
                        "limits", "set", "opus", "--by", "label:model", "--value", "opus", "--per-minute", "100"))
                .isZero();
        assertThat(terminal.out()).isEqualTo("opus is set; in flight: 3.\n");
        assertThat(api.requests)
                .contains("PUT /v1/limits/opus {\"by\":\"label:model\",\"value\":\"opus\",\"max_per_minute\":100}");
        terminal.takeOut();
        assertThat(terminal.orchestrator("limits", "delete", "opus")).isZero();
        assertThat(terminal.out()).isEqualTo("opus is deleted.\n");
        assertThat(terminal.orchestrator("limits", "set", "opus", "--per-minute", "1"))
                .isEqualTo(2);
    }
}
