package io.agentorchestrator.worker.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlowMeterIT {
    private static final AgentClass BOTH = new AgentClass(Set.of("b", "a"), 10);
    private static final AgentClass ONE = new AgentClass(Set.of("a"), 10);
    private static final Fleet FLEET = Fleet.of(List.of(BOTH, ONE));

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final FlowMeter meter =
            new FlowMeter(new FlowStore(database.dataSource()), new TypeTimeStore(database.dataSource()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void knowsNothingBeforeAnythingWasMeasured() {
        meter.exchange(FLEET);

        assertThat(meter.estimate(BOTH)).isEqualTo(FlowEstimate.UNKNOWN);
    }

    @Test
    void measuresTheWayByTypeAndExecutionByClassForAllWorkers() {
        meter.released("a", Duration.ofMillis(20));
        meter.released("b", Duration.ofMillis(40));
        meter.recorded("b", Duration.ofMillis(10));
        meter.executed("a", "a,b", Duration.ofMillis(100));
        meter.executed("b", "a,b", Duration.ofMillis(200));
        meter.executed("a", "a", Duration.ofMillis(50));
        meter.exchange(FLEET);

        FlowMeter other = new FlowMeter(new FlowStore(database.dataSource()), new TypeTimeStore(database.dataSource()));
        other.exchange(FLEET);
        assertThat(other.estimate(BOTH)).isEqualTo(new FlowEstimate(Duration.ofMillis(40), Duration.ofMillis(150)));
        assertThat(other.estimate(ONE)).isEqualTo(new FlowEstimate(Duration.ofMillis(20), Duration.ofMillis(50)));
        assertThat(meter.estimate(BOTH)).isEqualTo(other.estimate(BOTH));
    }

    @Test
    void tellsWhatItMeasuredOnce() {
        meter.executed("a", "a", Duration.ofMillis(50));
        meter.exchange(FLEET);
        meter.exchange(FLEET);

        assertThat(database.client()
                        .sql("select samples from flow where class_key = 'a'")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }
}
