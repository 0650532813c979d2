package io.agentorchestrator.api.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.shedding.Capacity;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.tenant.TenantAnswers.TenantView;
import io.agentorchestrator.store.tenant.StoredTenant;
import io.agentorchestrator.store.tenant.TenantLimits;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TenantAnswersTest {
    @Test
    void aLimitBelowWhatIsOpenIsSetWithAWarning() {
        assertThat(view(null).changed().warnings()).isNull();
        assertThat(view(20).changed().warnings()).isNull();
        assertThat(view(19).warnings()).as("lists do not warn").isNull();
        assertThat(view(19).changed().warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo(Warning.Code.BELOW_USE);
            assertThat(warning.pointer()).isEqualTo("/max_open_tasks");
            assertThat(warning.message()).startsWith("20 tasks are open");
        });
    }

    private static TenantView view(@Nullable Integer maxOpenTasks) {
        StoredTenant tenant = new StoredTenant("t", 1, new TenantLimits(maxOpenTasks, null), Instant.EPOCH, "me");
        return TenantView.of(tenant, 0, new Capacity(20, 100, 0, 100, false));
    }
}
