package io.agentorchestrator.api.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.TestApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TenantIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aTenantsLimitsAreSetReplacedAndListed() {
        JsonNode set = API.put(
                        "/v1/tenants/acme", "{\"weight\":2.5,\"max_open_tasks\":500,\"max_tasks_per_second\":20}")
                .isOk(200)
                .json();
        assertThat(set.path("name").asString()).isEqualTo("acme");
        assertThat(set.path("weight").asDouble()).isEqualTo(2.5);
        assertThat(set.path("max_open_tasks").asInt()).isEqualTo(500);
        assertThat(set.path("max_tasks_per_second").asInt()).isEqualTo(20);
        assertThat(set.path("updated_by").asString()).isNotEmpty();

        JsonNode replaced =
                API.put("/v1/tenants/acme", "{\"max_open_tasks\":1}").isOk(200).json();
        assertThat(replaced.has("max_tasks_per_second")).isFalse();
        assertThat(API.get("/v1/tenants").isOk(200).json().path("tenants").valueStream())
                .filteredOn(tenant -> tenant.path("name").asString().equals("acme"))
                .singleElement()
                .satisfies(tenant ->
                        assertThat(tenant.path("max_open_tasks").asInt()).isEqualTo(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"max_open_tasks\":0}|422|OUT_OF_RANGE|/max_open_tasks",
                "{\"max_open_tasks\":-5}|422|OUT_OF_RANGE|/max_open_tasks",
                "{\"max_open_tasks\":2147483648}|422|OUT_OF_RANGE|/max_open_tasks",
                "{\"max_tasks_per_second\":0}|422|OUT_OF_RANGE|/max_tasks_per_second",
                "{\"max_tasks_per_second\":1.5}|400|INVALID_TYPE|/max_tasks_per_second",
                "{\"max_open_tasks\":\"many\"}|400|INVALID_TYPE|/max_open_tasks",
                "{\"weight\":0}|422|OUT_OF_RANGE|/weight",
                "{\"weight\":1001}|422|OUT_OF_RANGE|/weight",
                "{\"share\":2}|400|UNKNOWN_FIELD|/share",
            })
    void limitsThatAreNoneAreRefusedByName(String body, int status, String code, String pointer) {
        API.put("/v1/tenants/bad", body).isProblem(status, code).at(pointer);

        assertThat(API.get("/v1/tenants").json().toString()).doesNotContain("\"bad\"");
    }

    @Test
    void aNameThatNoTenantCanHaveIsRefused() {
        API.put("/v1/tenants/Acme", "{}").isProblem(422, "INVALID_VALUE").saying("lower-case");
        API.put("/v1/tenants/" + "a".repeat(64), "{}").isProblem(422, "INVALID_VALUE");
    }

    @Test
    void theLimitsOfTheInstallationAreNumbersAboveZero() {
        API.put("/v1/settings/max_open_tasks", "{\"value\":\"0\"}")
                .isProblem(422, "INVALID_VALUE")
                .saying("1 to 2147483647");
        API.put("/v1/settings/max_parked_tasks", "{\"value\":\"2147483648\"}").isProblem(422, "INVALID_VALUE");
    }
}
