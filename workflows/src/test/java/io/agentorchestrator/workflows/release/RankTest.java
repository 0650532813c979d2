package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Priority;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RankTest {
    private static final UUID EARLY = UUID.fromString("01999999-0000-7000-8000-000000000000");
    private static final UUID LATE = UUID.fromString("f1999999-0000-7000-8000-000000000000");

    @Test
    void putsTheMoreUrgentFirst() {
        assertThat(new Rank(Priority.CRITICAL, LATE).isBefore(new Rank(Priority.HIGH, EARLY)))
                .isTrue();
    }

    @Test
    void putsTheEarlierFirstAmongEqualsComparingIdsAsPostgresqlDoes() {
        assertThat(new Rank(Priority.LOW, EARLY).isBefore(new Rank(Priority.LOW, LATE)))
                .isTrue();
    }
}
