package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.store.forecast.DeadlineRiskStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
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
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Publishes gauges about the whole cluster, from one worker at a time: whoever holds an advisory lock on a connection of its
 * own. The others publish no such series, so that sums over pods stay right.
 */
@Component
final class ClusterGauges implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterGauges.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final double NANOS_PER_SECOND = 1e9;

    private final DataSource dataSource;
    private final ClusterLoadStore load;
    private final DeadlineRiskStore risks;
    private final DeadLetterDelivery deadLetters;
    private final AgentTrust trust;
    private final LockWaits locks;
    private final PoolGauges pools;
    private final SlaGauges sla;
    private final GaugeTable lockWait;
    private final GaugeTable deadLetterEntries;
    private final GaugeTable breakers;
    private final GaugeTable deadlinesAtRisk;
    private final StorageGauges storage;
    private final LimitGauges limits;
    private final PollLoop loop;
    private @Nullable Connection lock;

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
        this.load = new ClusterLoadStore(dataSource);
        this.risks = new DeadlineRiskStore(dataSource);
        this.deadLetters = deadLetters;
        this.trust = trust;
        this.limits = new LimitGauges(dataSource, registry);
        this.storage = new StorageGauges(new TableSizes(dataSource), settings, registry);
        this.pools = new PoolGauges(registry);
        this.sla = new SlaGauges(new SlaCounts(dataSource), settings, registry);
        this.locks = new LockWaits(dataSource);
        this.lockWait = new GaugeTable(
                registry, "postgresql_lock_wait_seconds", "The longest wait for a lock in PostgreSQL that goes on");
        this.deadLetterEntries = new GaugeTable(registry, "dead_letter_entries", "Dead letters that are open");
        this.breakers = new GaugeTable(registry, "circuit_breaker_state", "Of an agent: 0 closed, 1 half-open, 2 open");
        this.deadlinesAtRisk = new GaugeTable(
                registry,
                "deadlines_at_risk",
                "Tasks that wait, and DAGs, whose deadline cannot be met any more by measured times");
        this.loop = new PollLoop("cluster-gauges", every, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    @Override
    public void stop() {
        loop.stop();
        release();
    }

    private void round() {
        try {
            if (holdsLock()) {
                pools.publish(load.depths(), load.pools());
                publish(trust.phases());
                deadLetterEntries.publish(Map.of(Tags.empty(), (double) deadLetters.countOpen()));
                publishRisks(risks.count());
                storage.publish();
                limits.publish();
                lockWait.publish(Map.of(Tags.empty(), locks.longest().toNanos() / NANOS_PER_SECOND));
                sla.publish();
            } else {
                withdraw();
            }
        } catch (SQLException away) {
            LOG.debug("no cluster gauges for the moment", away);
            release();
            withdraw();
        } catch (RuntimeException failure) {
            release();
            throw failure;
        }
    }

    /** Another worker may have its turn. */
    private void withdraw() {
        pools.withdraw();
        publish(Map.of());
        deadLetterEntries.publish(Map.of());
        publishRisks(Map.of());
        storage.withdraw();
        limits.withdraw();
        lockWait.publish(Map.of());
        sla.withdraw();
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
