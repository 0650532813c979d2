package io.agentorchestrator.worker.release;

import static io.agentorchestrator.worker.testkit.Agents.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.run.ReadyTask;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.loop.Wake;
import io.agentorchestrator.worker.testkit.RunsFixture;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What circuit breakers do to release, with one agent of type {@code t}. */
class ReleaseLoopIT {
    private static final ReleaseSettings SETTINGS = new ReleaseSettings(
            1.0, 4, 1_000, Duration.ofMillis(20), Duration.ofMillis(20), 500, Duration.ofMillis(20), 50, 50, 100, true);

    private final RunsFixture runs = new RunsFixture();
    private final Map<String, Phase> phases = new ConcurrentHashMap<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final Wake wake = new Wake();
    private final Turns turns = new Turns(wake::now);
    private final ReleaseLoop loop = new ReleaseLoop(
            SETTINGS,
            new AgentTrust(this::agents, phases::get),
            new BacklogStore(runs.database.dataSource(), new Uuid7(Clock.systemUTC())),
            runs.starts,
            runs.starter,
            turns,
            wake);

    @AfterEach
    void close() {
        loop.stop();
        runs.close();
    }

    @Test
    void tasksWaitWhileNobodyIsTrustedWithThemAndLeaveOnceSomebodyIs() {
        phases.put("a", Phase.OPEN);
        RunKey run = runs.pending();

        loop.start();

        Awaitility.await()
                .during(Duration.ofMillis(300))
                .until(() -> runs.tasks(run).getFirst().equals("QUEUED"));
        phases.put("a", Phase.CLOSED);
        Awaitility.await().until(() -> runs.tasks(run).getFirst().equals("RELEASED"));
    }

    @Test
    void oneTaskLeavesForATrial() {
        phases.put("a", Phase.HALF_OPEN);
        List<RunKey> keys = List.of(runs.pending(), runs.pending(), runs.pending());

        loop.start();

        Awaitility.await().until(() -> released(keys) == 1);
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> released(keys) == 1);
    }

    @Test
    void aDagDoesNotGoOnByItselfTowardsAgentsThatAreTrustedNoMore() {
        ReadyTask next = new ReadyTask(new Uuid7(Clock.systemUTC()).next(), 0, "t", Priority.NORMAL);
        phases.put("a", Phase.CLOSED);
        loop.start();
        Awaitility.await().until(() -> !turns.release(List.of(next)).isEmpty());

        phases.put("a", Phase.OPEN);

        int before = looks.get();
        Awaitility.await().until(() -> looks.get() > before + 1);
        assertThat(turns.release(List.of(next))).isEmpty();
    }

    private Collection<FleetAgent> agents() {
        looks.incrementAndGet();
        return List.of(agent("a", "t", 3, "CLOSED"));
    }

    private long released(List<RunKey> keys) {
        return keys.stream()
                .filter(run -> runs.tasks(run).getFirst().equals("RELEASED"))
                .count();
    }
}
