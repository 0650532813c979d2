package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class RankTest {
    private static final UUID EARLY = UUID.fromString("01999999-0000-7000-8000-000000000000");
    private static final UUID LATE = UUID.fromString("f1999999-0000-7000-8000-000000000000");

    @Test
    void putsTheLowerFirst() {
        assertThat(new Rank(-2, LATE).isBefore(new Rank(-1, EARLY))).isTrue();
        assertThat(new Rank(-1, EARLY).isBefore(new Rank(-2, LATE))).isFalse();
    }

    @Test
    void putsTheEarlierFirstAmongEqualsComparingIdsAsPostgresqlDoes() {
        assertThat(new Rank(1, EARLY).isBefore(new Rank(1, LATE))).isTrue();
    }
}
