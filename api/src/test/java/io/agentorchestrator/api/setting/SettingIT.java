package io.agentorchestrator.api.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.store.setting.Settings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SettingIT {
    @Test
    void aStrategyNeedsItsFlag() {
        API.put("/v1/settings/scheduling_strategy", "{\"value\":\"COST_BASED\"}")
                .isProblem(409, "FLAG_OFF");
        API.put("/v1/settings/scheduling_strategy", "{\"value\":\"CHEAPEST\"}")
                .isProblem(422, "INVALID_VALUE")
                .saying("LEAST_LOADED or COST_BASED");

        API.put("/v1/feature-flags/cost_based_scheduling", "{\"enabled\":true}").isOk(200);
        API.put("/v1/settings/scheduling_strategy", "{\"value\":\"COST_BASED\"}")
                .isOk(200);
        assertThat(listed("scheduling_strategy").path("value").asString()).isEqualTo("COST_BASED");

        API.put("/v1/settings/scheduling_strategy", "{\"value\":\"LEAST_LOADED\"}")
                .isOk(200);
        API.put("/v1/feature-flags/cost_based_scheduling", "{\"enabled\":false}")
                .isOk(200);
    }

    private static final TestApi API = TestApi.shared();

    @Test
    void aSettingIsSetAndReadWithWhoAndWhen() {
        JsonNode before = listed("retention_commands");
        assertThat(before.path("value").asString()).isEqualTo("P30D");
        assertThat(before.path("default").asString()).isEqualTo("P30D");
        assertThat(before.path("allowed").asString()).contains("ISO 8601");
        assertThat(before.has("updated_at")).isFalse();

        JsonNode set = API.put("/v1/settings/retention_commands", "{\"value\":\"PT48H\"}")
                .isOk(200)
                .json();

        assertThat(set.path("value").asString()).isEqualTo("P2D");
        assertThat(Instant.parse(set.path("updated_at").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(set.path("updated_by").asString()).isNotEmpty();
        assertThat(listed("retention_commands")).isEqualTo(set);
        LiveSettings live = new LiveSettings(new SettingStore(API.database().dataSource())::all);
        live.refresh();
        assertThat(live.get(Settings.RETENTION_COMMANDS)).isEqualTo(Duration.ofDays(2));
    }

    @Test
    void aNameThatIsNotKnownIsToldThoseThatAre() {
        assertThat(API.put("/v1/settings/retention", "{\"value\":\"P1D\"}")
                        .isProblem(404, "SETTING_NOT_FOUND")
                        .json()
                        .path("detail")
                        .asString())
                .contains("'retention'", "retention_tasks");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"value\":\"ten days\"}|422|INVALID_VALUE|P30D",
                "{\"value\":\"PT1S\"}|422|INVALID_VALUE|PT1M to",
                "{\"value\":30}|400|INVALID_TYPE|a string",
                "{}|400|MISSING_FIELD|value",
                "{\"value\":\"P1D\",\"unit\":\"d\"}|400|UNKNOWN_FIELD|unit",
            })
    void aValueThatIsNotAllowedIsRefusedWithWhatIs(String body, int status, String code, String words) {
        API.put("/v1/settings/retention_agents", body).isProblem(status, code).saying(words);

        assertThat(listed("retention_agents").path("value").asString()).isEqualTo("P7D");
    }

    private static JsonNode listed(String name) {
        return API.get("/v1/settings")
                .isOk(200)
                .json()
                .path("settings")
                .valueStream()
                .filter(setting -> setting.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
