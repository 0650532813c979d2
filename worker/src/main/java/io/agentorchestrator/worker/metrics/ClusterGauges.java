package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.store.fleet.PoolLoad;
import io.agentorchestrator.store.fleet.QueueDepth;
import io.agentorchestrator.store.forecast.DeadlineRiskStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.retention.TableSizes;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.workflows.model.Priority;
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
 * own. The others publish no such series, so that sums over pods stay right.
 */
@Component
final class ClusterGauges implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterGauges.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final String ALL = "all";
    private static final String TYPE = "agent_type";

    private final DataSource dataSource;
    private final ClusterLoadStore load;
    private final DeadlineRiskStore risks;
    private final DeadLetterDelivery deadLetters;
    private final AgentTrust trust;
    private final GaugeTable depth;
    private final GaugeTable poolSize;
    private final GaugeTable utilization;
    private final GaugeTable cost;
    private final GaugeTable pending;
    private final GaugeTable inFlight;
    private final GaugeTable deadLetterEntries;
    private final GaugeTable breakers;
    private final GaugeTable deadlinesAtRisk;
    private final StorageGauges storage;
    private final LimitGauges limits;
    private final PollLoop loop;
    private @Nullable Connection lock;

    @Autowired
    ClusterGauges(DataSource dataSource, DeadLetterDelivery deadLetters, AgentTrust trust, MeterRegistry registry) {
        this(dataSource, deadLetters, trust, registry, EVERY);
    }

    ClusterGauges(
            DataSource dataSource,
            DeadLetterDelivery deadLetters,
            AgentTrust trust,
            MeterRegistry registry,
            Duration every) {
        this.dataSource = dataSource;
        this.load = new ClusterLoadStore(dataSource);
        this.risks = new DeadlineRiskStore(dataSource);
        this.deadLetters = deadLetters;
        this.trust = trust;
        this.limits = new LimitGauges(dataSource, registry);
        this.storage = new StorageGauges(new TableSizes(dataSource), registry);
        this.depth = new GaugeTable(registry, "task_queue_depth", "Tasks that wait for capacity");
        this.poolSize = new GaugeTable(registry, "agent_pool_size", "Live agents of a pool");
        this.utilization = new GaugeTable(registry, "agent_utilization_ratio", "Slots of a pool in use, 0 to 1");
        this.cost = new GaugeTable(registry, "agent_cost_per_hour", "USD an hour of one agent of a pool");
        this.pending = new GaugeTable(
                registry,
                "pending_tasks_per_agent",
                "Tasks of the pool's first type that wait, for each of its agents");
        this.inFlight = new GaugeTable(registry, "tasks_in_flight", "Tasks at agents");
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
                publish(load.depths(), load.pools());
                publish(trust.phases());
                deadLetterEntries.publish(Map.of(Tags.empty(), (double) deadLetters.countOpen()));
                publishRisks(risks.count());
                storage.publish();
                limits.publish();
            } else {
                publish(List.of(), List.of());
                publish(Map.of());
                deadLetterEntries.publish(Map.of());
                publishRisks(Map.of());
                storage.withdraw();
                limits.withdraw();
            }
        } catch (SQLException away) {
            LOG.debug("no cluster gauges for the moment", away);
            release();
        } catch (RuntimeException failure) {
            release();
            throw failure;
        }
    }

    private void publish(List<QueueDepth> depths, List<PoolLoad> pools) {
        Map<Tags, Double> waiting = new HashMap<>();
        Map<String, Double> byType = new HashMap<>();
        if (!pools.isEmpty() || !depths.isEmpty()) {
            for (Priority priority : Priority.values()) {
                waiting.put(Tags.of(TYPE, ALL, "priority", priority.name()), 0.0);
            }
        }
        for (QueueDepth queue : depths) {
            String priority = queue.priority().name();
            waiting.merge(Tags.of(TYPE, queue.taskType(), "priority", priority), (double) queue.queued(), Double::sum);
            waiting.merge(Tags.of(TYPE, ALL, "priority", priority), (double) queue.queued(), Double::sum);
            byType.merge(queue.taskType(), (double) queue.queued(), Double::sum);
        }
        depth.publish(waiting);
        Map<Tags, Double> sizes = new HashMap<>();
        Map<Tags, Double> loads = new HashMap<>();
        Map<Tags, Double> costs = new HashMap<>();
        Map<Tags, Double> waits = new HashMap<>();
        Map<Tags, Double> flying = new HashMap<>();
        for (PoolLoad pool : pools) {
            Tags tags = Tags.of(TYPE, pool.pool());
            sizes.put(tags, (double) pool.agents());
            loads.put(tags, pool.slots() == 0 ? 0 : pool.running() / (double) pool.slots());
            costs.put(tags, pool.costPerHourUsd());
            waits.put(tags, byType.getOrDefault(pool.pool(), 0.0) / Math.max(1, pool.agents()));
            flying.put(tags, (double) pool.running());
        }
        poolSize.publish(sizes);
        utilization.publish(loads);
        cost.publish(costs);
        pending.publish(waits);
        inFlight.publish(flying);
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
