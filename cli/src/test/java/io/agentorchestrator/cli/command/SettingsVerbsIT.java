package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Settings and feature flags, against an API of a few lines. */
class SettingsVerbsIT extends AgainstFakeApi {
    private static final String WILD = "\\u001b]0;owned\\u0007\\nb";
    private static final String SHOWN = "\\u001b]0;owned\\u0007\\nb";

    @Test
    void settingsAreListedAndSet() {
        String list = """
                {"settings":  [{"name": "retention_tasks", "value": "P14D", "default": "P30D", "description": "tasks %s",
                 "allowed": "PT1M or more", "updated_at": "2026-01-01T00:00:00Z", "updated_by": "ann"},
                 {"name": "retention_agents", "value": "P7D", "default": "P7D"}]}""".formatted(WILD);
        api.answers("GET /v1/settings", 200, list);
        api.answers("PUT /v1/settings/retention_tasks", 200, "{\"name\": \"retention_tasks\", \"value\": \"P14D\"}");
        api.answers("PUT /v1/settings/a%2Fb%20c", 404, "{\"code\": \"SETTING_NOT_FOUND\", \"detail\": \"none\"}");

        assertThat(terminal.orchestrator("settings")).isZero();
        assertThat(terminal.out().lines())
                .hasSize(3)
                .anyMatch(line ->
                        line.matches("retention_tasks +P14D +P30D +2026-01-01T00:00:00Z +ann +tasks .*PT1M or more")
                                && line.contains(SHOWN))
                .anyMatch(line -> line.matches("retention_agents +P7D +P7D +- +- *"));
        terminal.takeOut();
        assertThat(terminal.orchestrator("settings", "--json")).isZero();
        assertThat(terminal.out()).isEqualTo(list);
        terminal.takeOut();
        assertThat(terminal.orchestrator("settings", "set", "retention_tasks", "P14D"))
                .isZero();
        assertThat(terminal.out()).isEqualTo("retention_tasks is P14D.\n");
        assertThat(api.requests).contains("PUT /v1/settings/retention_tasks {\"value\":\"P14D\"}");
        assertThat(terminal.orchestrator("settings", "set", "a/b c", "1")).isEqualTo(1);
        assertThat(terminal.err()).contains("SETTING_NOT_FOUND");
        assertThat(terminal.orchestrator("settings", "set", "retention_tasks")).isEqualTo(2);
    }

    @Test
    void flagsAreListedAndSet() {
        String list = """
                {"feature_flags":  [{"name": "load_shedding", "enabled": false, "available": true, "default": true,
                 "description": "sheds %s", "updated_at": "2026-01-01T00:00:00Z", "updated_by": "ann"},
                 {"name": "predictive_scaling", "enabled": false, "available": false, "default": false, "description": ""}]}""".formatted(WILD);
        api.answers("GET /v1/feature-flags", 200, list);
        api.answers(
                "PUT /v1/feature-flags/load_shedding",
                200,
                "{\"name\": \"load_shedding\", \"enabled\": true, \"available\": true}");
        api.answers(
                "PUT /v1/feature-flags/predictive_scaling",
                409,
                "{\"code\": \"FLAG_NOT_AVAILABLE\", \"detail\": \"'predictive_scaling' cannot be enabled\"}");

        assertThat(terminal.orchestrator("flags")).isZero();
        assertThat(terminal.out().lines())
                .hasSize(3)
                .anyMatch(line -> line.matches("load_shedding +off +on +2026-01-01T00:00:00Z +ann +sheds .*")
                        && line.contains(SHOWN))
                .anyMatch(line -> line.matches("predictive_scaling +not built yet +off +- +- *"));
        terminal.takeOut();
        assertThat(terminal.orchestrator("flags", "--json")).isZero();
        assertThat(terminal.out()).isEqualTo(list);
        terminal.takeOut();
        assertThat(terminal.orchestrator("flags", "set", "load_shedding", "on")).isZero();
        assertThat(terminal.out()).isEqualTo("load_shedding is on.\n");
        assertThat(api.requests).contains("PUT /v1/feature-flags/load_shedding {\"enabled\":true}");
        assertThat(terminal.orchestrator("flags", "set", "predictive_scaling", "on"))
                .isEqualTo(1);
        assertThat(terminal.err()).contains("'predictive_scaling' cannot be enabled");
        assertThat(terminal.orchestrator("flags", "set", "load_shedding", "yes"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("on or off, not `yes`");
    }
}
