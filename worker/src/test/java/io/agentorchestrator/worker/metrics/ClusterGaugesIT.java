package io.agentorchestrator.worker.metrics;

import static io.agentorchestrator.worker.testkit.Agents.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.workflows.model.Priority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterGaugesIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final List<FleetAgent> agents = new CopyOnWriteArrayList<>(List.of(
            agent("a", "x", 1, BreakerPhase.CLOSED),
            agent("b", "x", 1, BreakerPhase.CLOSED),
            agent("c", "x", 1, BreakerPhase.CLOSED)));
    private final Map<String, BreakerPhase> phases = new ConcurrentHashMap<>(
            Map.of("a", BreakerPhase.CLOSED, "b", BreakerPhase.HALF_OPEN, "c", BreakerPhase.OPEN));
    private final MeterRegistry first = new SimpleMeterRegistry();
    private final MeterRegistry second = new SimpleMeterRegistry();
    private final ClusterGauges gauges = gauges(first);
    private final ClusterGauges others = gauges(second);

    @AfterEach
    void close() {
        gauges.stop();
        others.stop();
        database.close();
    }

    @Test
    void breakersShowUntilTheirAgentIsGone() {
        gauges.start();

        awaitBreakers(first, Map.of("a", 0.0, "b", 1.0, "c", 2.0));

        phases.put("c", BreakerPhase.CLOSED);
        agents.removeFirst();
        awaitBreakers(first, Map.of("b", 1.0, "c", 0.0));
    }

    @Test
    void openDeadLettersAreCounted() {
        gauges.start();
        awaitDeadLetters(first, List.of(0.0));

        new Submissions(database.dataSource()).task("t", Priority.NORMAL);
        database.client().sql("update task_state set status = 'FAILED'").update();

        awaitDeadLetters(first, List.of(1.0));
    }

    @Test
    void sizesOfTablesAreShown() {
        new Submissions(database.dataSource()).task("t", Priority.NORMAL);

        gauges.start();

        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(ofTable("store_table_bytes", "task")).isPositive());
        assertThat(ofTable("store_table_oldest_seconds", "task")).isBetween(0.0, 60.0);
        assertThat(ofTable("store_table_rows", "event")).isNotNegative();
        assertThat(ofTable("store_table_dead_rows", "event")).isNotNegative();
    }

    private double ofTable(String name, String table) {
        Gauge gauge = first.find(name).tag("table", table).gauge();
        return gauge == null ? -1 : gauge.value();
    }

    @Test
    void oneTargetAtATimeShowsThem() {
        gauges.start();
        awaitDeadLetters(first, List.of(0.0));
        others.start();

        Awaitility.await()
                .during(Duration.ofMillis(300))
                .until(() -> deadLetters(second).isEmpty());
        assertThat(breakers(second)).isEmpty();
        gauges.stop();
        awaitDeadLetters(second, List.of(0.0));
        awaitBreakers(second, Map.of("a", 0.0, "b", 1.0, "c", 2.0));
    }

    private ClusterGauges gauges(MeterRegistry registry) {
        Collection<FleetAgent> live = agents;
        return new ClusterGauges(
                database.dataSource(),
                new DeadLetterDelivery(database.dataSource()),
                new AgentTrust(() -> live, phases::get, agentId -> true),
                registry,
                Duration.ofMillis(50));
    }

    private static void awaitBreakers(MeterRegistry registry, Map<String, Double> states) {
        Awaitility.await().untilAsserted(() -> assertThat(breakers(registry)).isEqualTo(states));
    }

    private static void awaitDeadLetters(MeterRegistry registry, List<Double> counts) {
        Awaitility.await().untilAsserted(() -> assertThat(deadLetters(registry)).isEqualTo(counts));
    }

    private static Map<String, Double> breakers(MeterRegistry registry) {
        Map<String, Double> states = new TreeMap<>();
        registry.find("circuit_breaker_state")
                .gauges()
                .forEach(gauge -> states.put(String.valueOf(gauge.getId().getTag("agent_id")), gauge.value()));
        return states;
    }

    private static List<Double> deadLetters(MeterRegistry registry) {
        return registry.find("dead_letter_entries").gauges().stream()
                .map(Gauge::value)
                .toList();
    }
}
