package io.agentorchestrator.worker.metrics;

import static io.agentorchestrator.worker.testkit.Agents.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.workflows.model.Priority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class ClusterGaugesIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final List<FleetAgent> agents = new CopyOnWriteArrayList<>(List.of(
            agent("a", "x", 1, BreakerPhase.CLOSED),
            agent("b", "x", 1, BreakerPhase.CLOSED),
            agent("c", "x", 1, BreakerPhase.CLOSED)));
    private final Map<String, BreakerPhase> phases = new ConcurrentHashMap<>(
            Map.of("a", BreakerPhase.CLOSED, "b", BreakerPhase.HALF_OPEN, "c", BreakerPhase.OPEN));
    private final AtomicBoolean away = new AtomicBoolean();
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
        assertThat(ofTable("store_retention_seconds", "task")).isEqualTo(30 * 86_400);
        assertThat(ofTable("store_table_rows", "event")).isNotNegative();
        assertThat(ofTable("store_table_dead_rows", "event")).isNotNegative();
    }

    @Test
    void complianceIsOfWhatEndedAndThereOnceAnythingHas() {
        gauges.start();
        awaitDeadLetters(first, List.of(0.0));
        assertThat(first.find("sla_compliance_ratio").gauge()).isNull();
        Submissions submissions = new Submissions(database.dataSource());
        submissions.task("t", Priority.HIGH);
        submissions.task("t", Priority.HIGH);
        submissions.task("t", Priority.LOW);
        submissions.task("t", Priority.LOW);
        submissions.task("t", Priority.BACKGROUND);
        database.client().sql("""
                        update task_state set status = case when priority = 'HIGH' and ordinal = 1 then 'FAILED'
                          when priority = 'BACKGROUND' or priority = 'LOW' and ordinal = 1 then 'CANCELLED' else 'COMPLETED' end::task_status,
                          error_code = case when priority <> 'HIGH' then 'CANCELLED' end
                        from (select task_id as id, row_number() over (partition by priority order by task_id) as ordinal from task_state) n
                        where n.id = task_id
                        """).update();

        awaitCompliance(first, Map.of("HIGH", 0.5, "LOW", 1.0));
        gauges.stop();
        others.start();
        awaitCompliance(second, Map.of("HIGH", 0.5, "LOW", 1.0));
        assertThat(second.get("sla_tasks")
                        .tags("priority", "HIGH", "result", "missed")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aWaitForALockIsSeenWhileItGoesOn() throws Exception {
        UUID task = new Submissions(database.dataSource()).task("t", Priority.NORMAL);
        gauges.start();
        Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isEqualTo(0.0));

        // The holder is closed first: whoever waits for it goes on then, whatever has failed.
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                Connection holder = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            lock(holder, task);
            Future<?> waiting = other.submit(() -> {
                database.client()
                        .sql("update task_state set error_code = 'X' where task_id = ?")
                        .param(task)
                        .update();
            });
            Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isGreaterThan(0.0));
            holder.rollback();
            waiting.get();
        }
        Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isEqualTo(0.0));
    }

    @Test
    void aLockThatHoldsUpTheGaugesThemselvesIsSeen() throws Exception {
        gauges.start();
        Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isEqualTo(0.0));

        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table task_state in access exclusive mode");
            Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isGreaterThan(0.0));
            holder.rollback();
        }
    }

    @Test
    void onePartThatCannotBeReadIsNotShownAndHoldsUpNoOther() {
        new Submissions(database.dataSource()).task("t", Priority.HIGH);
        database.client().sql("update task_state set status = 'COMPLETED'").update();
        gauges.start();
        awaitCompliance(first, Map.of("HIGH", 1.0));
        assertThat(first.find("deadlines_at_risk").gauges()).isNotEmpty();

        database.client().sql("delete from sla_minute").update();
        database.client()
                .sql("alter table deadline_risk rename column kind to gone")
                .update();

        awaitCompliance(first, Map.of());
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(first.find("deadlines_at_risk").gauges()).isEmpty());
        assertThat(deadLetters(first)).containsExactly(0.0);
    }

    @Test
    void nothingIsShownWhileTheStoreIsAway() {
        gauges.start();
        awaitDeadLetters(first, List.of(0.0));
        Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isEqualTo(0.0));

        away.set(true);

        awaitDeadLetters(first, List.of());
        Awaitility.await().untilAsserted(() -> assertThat(lockWait()).isNull());
        away.set(false);
        awaitDeadLetters(first, List.of(0.0));
    }

    private static void lock(Connection holder, UUID task) throws SQLException {
        try (PreparedStatement statement =
                holder.prepareStatement("select 1 from task_state where task_id = ? for update")) {
            statement.setObject(1, task);
            statement.execute();
        }
    }

    private @Nullable Double lockWait() {
        Gauge gauge = first.find("postgresql_lock_wait_seconds").gauge();
        return gauge == null ? null : gauge.value();
    }

    private static void awaitCompliance(MeterRegistry registry, Map<String, Double> ratios) {
        Awaitility.await().untilAsserted(() -> {
            Map<String, Double> shown = new TreeMap<>();
            registry.find("sla_compliance_ratio")
                    .gauges()
                    .forEach(gauge -> shown.put(String.valueOf(gauge.getId().getTag("priority")), gauge.value()));
            assertThat(shown).isEqualTo(ratios);
        });
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
                new DelegatingDataSource(database.dataSource()) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        if (away.get()) {
                            throw new SQLTransientConnectionException("away");
                        }
                        return super.getConnection();
                    }
                },
                new DeadLetterDelivery(database.dataSource()),
                new AgentTrust(() -> live, phases::get, agentId -> true),
                new LiveSettings(Map::of),
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
