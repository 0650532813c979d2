package io.agentorchestrator.api.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class FlagIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aFlagIsTurnedOffAndOnWithWhoAndWhenInEveryProcess() {
        LiveSettings here = API.bean("liveSettings", LiveSettings.class);
        LiveSettings elsewhere =
                new LiveSettings(new SettingStore(API.database().dataSource())::all);

        JsonNode off = set("load_shedding", false);

        assertThat(off.path("enabled").asBoolean(true)).isFalse();
        assertThat(off.path("available").asBoolean(false)).isTrue();
        assertThat(Instant.parse(off.path("updated_at").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(off.path("updated_by").asString()).isNotEmpty();
        assertThat(listed().get("load_shedding")).isEqualTo(off);
        elsewhere.refresh();
        assertThat(elsewhere.isOn(FeatureFlags.LOAD_SHEDDING)).isFalse();
        await().atMost(Duration.ofSeconds(30)).until(() -> !here.isOn(FeatureFlags.LOAD_SHEDDING));

        assertThat(set("load_shedding", true).path("enabled").asBoolean(false)).isTrue();

        elsewhere.refresh();
        assertThat(elsewhere.isOn(FeatureFlags.LOAD_SHEDDING)).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> here.isOn(FeatureFlags.LOAD_SHEDDING));
    }

    @Test
    void whatIsNotBuiltIsListedAsSuchAndCannotBeEnabled() {
        JsonNode flag = listed().get("predictive_scaling");
        assertThat(flag.path("available").asBoolean(true)).isFalse();
        assertThat(flag.path("enabled").asBoolean(true)).isFalse();

        assertThat(API.put("/v1/feature-flags/predictive_scaling", "{\"enabled\":true}")
                        .isProblem(409, "FLAG_NOT_AVAILABLE")
                        .json()
                        .path("detail")
                        .asString())
                .contains("'predictive_scaling'");

        assertThat(listed().get("predictive_scaling").has("updated_at")).isFalse();
        assertThat(set("dag_optimization", false).path("enabled").asBoolean(true))
                .isFalse();
    }

    @Test
    void aNameThatIsNotKnownIsToldThoseThatAre() {
        assertThat(API.put("/v1/feature-flags/shedding", "{\"enabled\":true}")
                        .isProblem(404, "FLAG_NOT_FOUND")
                        .json()
                        .path("detail")
                        .asString())
                .contains("'shedding'", "load_shedding", "predictive_scaling");
        API.put("/v1/settings/flag.load_shedding", "{\"value\":\"off\"}").isProblem(404, "SETTING_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|MISSING_FIELD|/enabled",
                "{\"enabled\":null}|400|MISSING_FIELD|/enabled",
                "{\"enabled\":\"on\"}|400|INVALID_TYPE|/enabled",
                "{\"enabled\":true,\"until\":\"PT1H\"}|400|UNKNOWN_FIELD|/until",
            })
    void aBodyThatIsWrongIsRefusedByName(String body, int status, String code, String pointer) {
        API.put("/v1/feature-flags/load_shedding", body).isProblem(status, code).at(pointer);
    }

    private static JsonNode set(String name, boolean enabled) {
        return API.put("/v1/feature-flags/" + name, "{\"enabled\":%s}".formatted(enabled))
                .isOk(200)
                .json();
    }

    private static Map<String, JsonNode> listed() {
        Map<String, JsonNode> flags = new TreeMap<>();
        API.get("/v1/feature-flags")
                .isOk(200)
                .json()
                .path("feature_flags")
                .forEach(flag -> flags.put(flag.path("name").asString(), flag));
        return flags;
    }
}
