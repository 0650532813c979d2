package io.agentorchestrator.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.fleet.PoolLoad;
import io.agentorchestrator.store.fleet.QueueDepth;
import io.agentorchestrator.workflows.model.Priority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolGaugesTest {
    private static final int MANY = 1_000_000;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PoolGauges gauges = new PoolGauges(registry);

    @Test
    void everyTypeOfAPoolCountsAsItsBacklog() {
        gauges.publish(
                List.of(new QueueDepth("a", Priority.LOW, 6), new QueueDepth("b", Priority.HIGH, 4)),
                List.of(new PoolLoad("a", Set.of("a", "b"), 2, 8, 4, 1.5)));

        assertThat(of("pending_tasks_per_agent", "a")).isEqualTo(5);
        assertThat(of("agent_utilization_ratio", "a")).isEqualTo(0.5);
        assertThat(of("agent_pool_size", "b")).isNull();
    }

    @Test
    void aPoolWhoseAgentsAreGoneIsThereWithNone() {
        gauges.publish(
                List.of(new QueueDepth("b", Priority.HIGH, 4)),
                List.of(new PoolLoad("a", Set.of("a", "b"), 0, 0, 0, 1.5)));

        assertThat(of("agent_pool_size", "a")).isZero();
        assertThat(of("agent_utilization_ratio", "a")).isZero();
        assertThat(of("pending_tasks_per_agent", "a")).isEqualTo(4);
        assertThat(of("agent_cost_per_hour", "a")).isEqualTo(1.5);
        assertThat(depth("a", Priority.HIGH)).isZero();
        assertThat(depth("b", Priority.HIGH)).isEqualTo(4);
        assertThat(depth("all", Priority.HIGH)).isEqualTo(4);
    }

    @Test
    void nothingWaitsForAPoolWithoutAgentsThatAnotherPoolSeesTo() {
        gauges.publish(
                List.of(new QueueDepth("a", Priority.LOW, 3), new QueueDepth("b", Priority.LOW, 4)),
                List.of(
                        new PoolLoad("a", Set.of("a", "b"), 0, 0, 0, 1),
                        new PoolLoad("c", Set.of("b", "c"), 2, 2, 2, 1)));

        assertThat(of("pending_tasks_per_agent", "a")).isEqualTo(3);
        assertThat(of("pending_tasks_per_agent", "c")).isEqualTo(2);
    }

    @Test
    void aTypeThatNoAgentServesIsAPoolWithoutAgents() {
        gauges.publish(
                List.of(new QueueDepth("new", Priority.LOW, 3)), List.of(new PoolLoad("a", Set.of("a"), 1, 1, 0, 1)));

        assertThat(of("agent_pool_size", "new")).isZero();
        assertThat(of("agent_utilization_ratio", "new")).isZero();
        assertThat(of("pending_tasks_per_agent", "new")).isEqualTo(3);
        assertThat(of("agent_cost_per_hour", "new")).isNull();

        gauges.publish(List.of(), List.of(new PoolLoad("a", Set.of("a"), 1, 1, 0, 1)));
        assertThat(of("agent_pool_size", "new")).isNull();
        assertThat(depth("a", Priority.LOW)).isZero();
        assertThat(depth("all", Priority.LOW)).isZero();
    }

    @Test
    void aMillionTypesMakeFewSeriesAndTheSumStaysRight() {
        List<QueueDepth> depths = IntStream.range(0, MANY)
                .mapToObj(number -> new QueueDepth("type-" + number, Priority.NORMAL, number == 77 ? 5 : 1))
                .toList();

        gauges.publish(depths, List.of(new PoolLoad("live", Set.of("live"), 1, 1, 0, 1)));

        // All, the rest, and those that have series of their own.
        assertThat(registry.find("task_queue_depth").gauges())
                .hasSize((PoolGauges.MAX_TYPES + 2) * Priority.values().length);
        assertThat(registry.find("agent_pool_size").gauges()).hasSize(PoolGauges.MAX_TYPES);
        assertThat(of("agent_pool_size", "live")).isEqualTo(1);
        assertThat(depth("type-77", Priority.NORMAL)).isEqualTo(5);
        assertThat(depth("all", Priority.NORMAL)).isEqualTo(MANY + 4);
        assertThat(depth(PoolGauges.OTHER, Priority.NORMAL)).isEqualTo(MANY - PoolGauges.MAX_TYPES);
    }

    @Test
    void anotherWorkersTurnLeavesNothing() {
        gauges.publish(List.of(new QueueDepth("a", Priority.LOW, 6)), List.of());

        gauges.withdraw();

        assertThat(registry.getMeters()).isEmpty();
    }

    private @Nullable Double of(String name, String type) {
        Gauge gauge = registry.find(name).tag("agent_type", type).gauge();
        return gauge == null ? null : gauge.value();
    }

    private @Nullable Double depth(String type, Priority priority) {
        Gauge gauge = registry.find("task_queue_depth")
                .tag("agent_type", type)
                .tag("priority", priority.name())
                .gauge();
        return gauge == null ? null : gauge.value();
    }
}
