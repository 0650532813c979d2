package io.agentorchestrator.worker.release;

import static io.agentorchestrator.worker.testkit.Agents.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.ContenderReader;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.testkit.RunsFixture;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What circuit breakers do to release, with one agent of type {@code t}. */
class ReleaseLoopIT {
    private static final ReleaseSettings SETTINGS =
            new ReleaseSettings(4, 1_000, Duration.ofMillis(20), 500, Duration.ofMillis(20), 50, 50, 100, true);

    private final RunsFixture runs = new RunsFixture();
    private final Map<String, BreakerPhase> phases = new ConcurrentHashMap<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final WakeSignal wake = new WakeSignal();
    private final FlowMeter flow =
            new FlowMeter(new FlowStore(runs.database.dataSource()), new TypeTimeStore(runs.database.dataSource()));
    private final Headroom headroom = new Headroom(flow::estimate, wake::now);
    private final ReleaseLoop loop = new ReleaseLoop(
            SETTINGS,
            new ReleaseLoop.Capacity(
                    new AgentTrust(this::agents, phases::get, agentId -> true),
                    headroom,
                    flow,
                    new TenantShares(
                            flow,
                            new UseStore(runs.database.dataSource()),
                            new ContenderReader(runs.database.dataSource()),
                            new LiveSettings(Map::of))),
            new BacklogStore(runs.database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE),
            runs.starts,
            runs.starter,
            wake);

    @AfterEach
    void close() {
        loop.stop();
        runs.close();
    }

    @Test
    void tasksWaitWhileNobodyIsTrustedWithThemAndLeaveOnceSomebodyIs() {
        phases.put("a", BreakerPhase.OPEN);
        RunKey run = runs.pending();

        loop.start();

        Awaitility.await()
                .during(Duration.ofMillis(300))
                .until(() -> runs.tasks(run).getFirst().equals("QUEUED"));
        phases.put("a", BreakerPhase.CLOSED);
        Awaitility.await().until(() -> runs.tasks(run).getFirst().equals("RELEASED"));
    }

    @Test
    void oneTaskLeavesForATrialAndOneMayWaitBehindIt() {
        phases.put("a", BreakerPhase.HALF_OPEN);
        List<RunKey> keys = List.of(runs.pending(), runs.pending(), runs.pending());

        loop.start();

        Awaitility.await().until(() -> released(keys) == 2);
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> released(keys) == 2);
    }

    @Test
    void aDagDoesNotGoOnByItselfTowardsAgentsThatAreTrustedNoMore() {
        phases.put("a", BreakerPhase.CLOSED);
        loop.start();
        Awaitility.await().until(() -> headroom.terms().containsKey("t"));

        phases.put("a", BreakerPhase.OPEN);

        int before = looks.get();
        Awaitility.await().until(() -> looks.get() > before + 1);
        assertThat(headroom.terms()).isEmpty();
    }

    @Test
    void aCriticalTaskLeavesThoughAllCreditHasGoneToOthers() {
        phases.put("a", BreakerPhase.CLOSED);
        List<UUID> normal =
                IntStream.range(0, 20).mapToObj(_ -> runs.task(Priority.NORMAL)).toList();
        loop.start();
        Awaitility.await().until(() -> normal.stream().filter(this::left).count() == 6);

        UUID critical = runs.task(Priority.CRITICAL);

        Awaitility.await().until(() -> left(critical));
        assertThat(normal.stream().filter(this::left)).hasSize(6);
    }

    @Test
    void tasksAtAnAgentThatGetsNothingMoreTakeNoRoomOfOthers() {
        phases.put("a", BreakerPhase.CLOSED);
        UUID[] atOther =
                IntStream.range(0, 20).mapToObj(_ -> runs.task(Priority.NORMAL)).toArray(UUID[]::new);
        runs.database
                .client()
                .sql(
                        "update task_state set status = 'RUNNING', agent_id = 'gone', released_at = now() where task_id = any(?)")
                .param(atOther)
                .update();
        UUID task = runs.task(Priority.NORMAL);

        loop.start();

        Awaitility.await().until(() -> left(task));
    }

    @Test
    void whoFindsTheLockTakenClaimsOnceItIsFreed() throws SQLException {
        phases.put("a", BreakerPhase.CLOSED);
        UUID task = runs.task(Priority.NORMAL);
        try (Connection other = runs.database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("select pg_advisory_xact_lock(hashtext('orchestrator.release'))");
            loop.start();
            Awaitility.await().during(Duration.ofMillis(200)).until(() -> !left(task));
            other.rollback();
        }

        Awaitility.await().atMost(Duration.ofMillis(400)).until(() -> left(task));
    }

    private boolean left(UUID task) {
        return runs.database
                .client()
                .sql("select status = 'RELEASED' from task_state where task_id = ?")
                .param(task)
                .query(Boolean.class)
                .single();
    }

    private Collection<FleetAgent> agents() {
        looks.incrementAndGet();
        return List.of(agent("a", "t", 3, BreakerPhase.CLOSED));
    }

    private long released(List<RunKey> keys) {
        return keys.stream()
                .filter(run -> runs.tasks(run).getFirst().equals("RELEASED"))
                .count();
    }
}
