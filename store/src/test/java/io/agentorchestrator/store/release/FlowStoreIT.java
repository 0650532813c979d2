package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.FlowStore.Measured;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.release.FlowEstimate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlowStoreIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final FlowStore flow = new FlowStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keepsWhatWasMeasuredFirstAsItIs() {
        flow.merge(List.of(measured("a,b", 20, 100, 1), measured("c", 30, 5, 7)));

        assertThat(flow.estimates(List.of("a,b", "c", "d")))
                .containsOnlyKeys("a,b", "c")
                .containsEntry("a,b", new FlowEstimate(Duration.ofMillis(20), Duration.ofMillis(100)));
    }

    @Test
    void averagesAFewSamplesAndFollowsTheLastOfMany() {
        flow.merge(List.of(measured("a", 100, 100, 1)));
        flow.merge(List.of(measured("a", 200, 200, 1)));
        assertThat(execution()).isEqualTo(Duration.ofMillis(150));

        flow.merge(List.of(measured("a", 150, 150, 10_000)));
        flow.merge(List.of(measured("a", 250, 250, 1)));
        assertThat(execution()).as("one among many").isBetween(Duration.ofMillis(151), Duration.ofMillis(153));

        flow.merge(List.of(measured("a", 10, 10, 1_000)));
        assertThat(execution()).as("a thousand of late").isLessThan(Duration.ofMillis(12));
    }

    @Test
    void leavesWhatWasNotMeasured() {
        flow.merge(List.of(new Measured("a", Duration.ofMillis(20), null, 0)));
        assertThat(flow.estimates(List.of("a")).values())
                .containsExactly(new FlowEstimate(Duration.ofMillis(20), Duration.ZERO));

        flow.merge(List.of(new Measured("a", null, Duration.ofMillis(5), 3)));
        flow.merge(List.of(new Measured("a", null, null, 0)));
        assertThat(flow.estimates(List.of("a")).values())
                .containsExactly(new FlowEstimate(Duration.ofMillis(20), Duration.ofMillis(5)));
    }

    @Test
    void forgetsAgentsThatAreLongGone() {
        flow.merge(List.of(measured("a", 1, 1, 1), measured("b", 1, 1, 1)));
        database.client()
                .sql("update flow set updated_at = now() - interval '40 days' where class_key = 'a'")
                .update();

        flow.forget();

        assertThat(flow.estimates(List.of("a", "b"))).containsOnlyKeys("b");
    }

    private Duration execution() {
        FlowEstimate estimate = flow.estimates(List.of("a")).values().iterator().next();
        assertThat(estimate.latency()).isEqualTo(estimate.execution());
        return estimate.execution();
    }

    private static Measured measured(String classKey, long latencyMillis, long executionMillis, int samples) {
        return new Measured(classKey, Duration.ofMillis(latencyMillis), Duration.ofMillis(executionMillis), samples);
    }
}
