package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.store.forecast.DeadlineRiskStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.SeparateSteps;
import io.agentorchestrator.store.retention.TableSizes;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.sla.SlaCounts;
import io.agentorchestrator.store.transaction.LockWaits;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Publishes gauges about the whole cluster, from one worker at a time: whoever holds an advisory lock on a connection of its
 * own. The others publish no such series, so that sums over pods stay right; nor does this one where it could not read what they say. Waits for locks have
 * a loop of their own: whatever holds up the other gauges, they tell of it.
 */
@Component
final class ClusterGauges implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterGauges.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final double NANOS_PER_SECOND = 1e9;

    private final DataSource dataSource;
    private final LockWaits locks;
    private final GaugeTable lockWait;
    private final GaugeTable deadLetterEntries;
    private final GaugeTable breakers;
    private final GaugeTable deadlinesAtRisk;
    private final List<Part> parts;
    private final SeparateSteps steps = new SeparateSteps(LOG, "cluster-gauges");
    private final PollLoop loop;
    private final PollLoop lockLoop;
    private volatile boolean leads;
    private @Nullable Connection lock;

    /** Gauges that are read together. */
    private record Part(String name, Runnable publish, Runnable withdraw) {}

    @Autowired
    ClusterGauges(
            DataSource dataSource,
            DeadLetterDelivery deadLetters,
            AgentTrust trust,
            LiveSettings settings,
            MeterRegistry registry) {
        this(dataSource, deadLetters, trust, settings, registry, EVERY);
    }

    ClusterGauges(
            DataSource dataSource,
            DeadLetterDelivery deadLetters,
            AgentTrust trust,
            LiveSettings settings,
            MeterRegistry registry,
            Duration every) {
        this.dataSource = dataSource;
        this.locks = new LockWaits(dataSource);
        this.lockWait = new GaugeTable(
                registry, "postgresql_lock_wait_seconds", "The longest wait for a lock in PostgreSQL that goes on");
        this.deadLetterEntries = new GaugeTable(registry, "dead_letter_entries", "Dead letters that are open");
        this.breakers = new GaugeTable(registry, "circuit_breaker_state", "Of an agent: 0 closed, 1 half-open, 2 open");
        this.deadlinesAtRisk = new GaugeTable(
                registry,
                "deadlines_at_risk",
                "Tasks that wait, and DAGs, whose deadline cannot be met any more by measured times");
        ClusterLoadStore load = new ClusterLoadStore(dataSource);
        DeadlineRiskStore risks = new DeadlineRiskStore(dataSource);
        PoolGauges pools = new PoolGauges(registry);
        StorageGauges storage = new StorageGauges(new TableSizes(dataSource), settings, registry);
        LimitGauges limits = new LimitGauges(dataSource, registry);
        SlaGauges sla = new SlaGauges(new SlaCounts(dataSource), settings, registry);
        this.parts = List.of(
                new Part("pools", () -> pools.publish(load.depths(), load.pools()), pools::withdraw),
                new Part("breakers", () -> publish(trust.phases()), () -> publish(Map.of())),
                new Part(
                        "dead letters",
                        () -> deadLetterEntries.publish(Map.of(Tags.empty(), (double) deadLetters.countOpen())),
                        () -> deadLetterEntries.publish(Map.of())),
                new Part("risks", () -> publishRisks(risks.count()), () -> publishRisks(Map.of())),
                new Part("storage", storage::publish, storage::withdraw),
                new Part("limits", limits::publish, limits::withdraw),
                new Part("service level", sla::publish, sla::withdraw));
        this.loop = new PollLoop("cluster-gauges", every, this::round);
        this.lockLoop = new PollLoop("lock-wait-gauge", every, this::publishLockWait);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    @Override
    public void start() {
        loop.start();
        lockLoop.start();
    }

    @Override
    public void stop() {
        lockLoop.stop();
        loop.stop();
        release();
    }

    private void round() {
        boolean published = false;
        try {
            leads = holdsLock();
            if (leads) {
                parts.forEach(this::publish);
                published = true;
            }
        } catch (SQLException away) {
            LOG.debug("no cluster gauges for the moment", away);
        } finally {
            if (!published) {
                leads = false;
                release();
                parts.forEach(part -> part.withdraw().run());
            }
        }
    }

    /** Rather no figure than an old one. */
    private void publish(Part part) {
        boolean published = steps.call(
                part.name(),
                () -> {
                    part.publish().run();
                    return true;
                },
                false);
        if (!published) {
            part.withdraw().run();
        }
    }

    private void publishLockWait() {
        Map<Tags, Double> rows = Map.of();
        try {
            if (leads) {
                rows = Map.of(Tags.empty(), locks.longest().toNanos() / NANOS_PER_SECOND);
            }
        } finally {
            lockWait.publish(rows);
        }
    }

    private void publish(Map<String, BreakerPhase> phases) {
        Map<Tags, Double> states = new HashMap<>();
        phases.forEach((agentId, phase) -> states.put(Tags.of("agent_id", agentId), figure(phase)));
        breakers.publish(states);
    }

    private void publishRisks(Map<DeadlineRiskStore.Kind, Integer> counts) {
        Map<Tags, Double> rows = new HashMap<>();
        counts.forEach((kind, count) -> rows.put(Tags.of("kind", kind.name()), (double) count));
        deadlinesAtRisk.publish(rows);
    }

    /** By the published contract. */
    private static double figure(BreakerPhase phase) {
        return switch (phase) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private boolean holdsLock() throws SQLException {
        Connection held = lock;
        if (held != null && held.isValid(1)) {
            return true;
        }
        release();
        Connection connection = dataSource.getConnection();
        boolean mine = false;
        try (Statement statement = connection.createStatement();
                ResultSet answer =
                        statement.executeQuery("select pg_try_advisory_lock(hashtext('orchestrator.gauges'))")) {
            mine = answer.next() && answer.getBoolean(1);
        } finally {
            if (!mine) {
                connection.close();
            }
        }
        lock = mine ? connection : null;
        return mine;
    }

    private void release() {
        Connection held = lock;
        lock = null;
        if (held == null) {
            return;
        }
        try (held) {
            try (Statement statement = held.createStatement()) {
                statement.execute("select pg_advisory_unlock(hashtext('orchestrator.gauges'))");
            }
        } catch (SQLException gone) {
            LOG.debug("the gauges' lock went with its connection", gone);
        }
    }
}
