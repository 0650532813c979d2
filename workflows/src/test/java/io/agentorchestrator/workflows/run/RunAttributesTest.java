package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.common.SearchAttributes;
import org.junit.jupiter.api.Test;

class RunAttributesTest {

    @Test
    void groupsHaveNoDagName() {
        SearchAttributes attributes = RunAttributes.of("acme", null, "RUNNING");

        assertThat(attributes.get(RunAttributes.TENANT)).isEqualTo("acme");
        assertThat(attributes.get(RunAttributes.STATUS)).isEqualTo("RUNNING");
        assertThat(attributes.containsKey(RunAttributes.DAG_NAME)).isFalse();
    }

    @Test
    void groupsOfSeveralTenantsTasksHaveNoTenant() {
        assertThat(RunAttributes.of(RunInput.NO_TENANT, null, "RUNNING").containsKey(RunAttributes.TENANT))
                .isFalse();
    }

    @Test
    void valuesFitIntoAColumnAndStayWholeCharacters() {
        SearchAttributes attributes = RunAttributes.of("t".repeat(300), "n".repeat(254) + "\ud83d\ude00", "RUNNING");

        assertThat(attributes.get(RunAttributes.TENANT)).hasSize(255);
        assertThat(attributes.get(RunAttributes.DAG_NAME)).isEqualTo("n".repeat(254));
    }
}
