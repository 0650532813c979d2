package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.activities.loop.Timer;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.fleet.LoadStore;
import io.agentorchestrator.store.fleet.PoolLoad;
import io.agentorchestrator.store.fleet.QueueDepth;
import io.agentorchestrator.store.retention.TableSizes;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.workflows.model.Priority;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes gauges about the whole cluster, from one worker at a time: whoever holds an advisory lock on a connection of its
 * own. The others publish no such series, so that sums over pods stay right.
 */
final class ClusterGauges implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterGauges.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final String ALL = "all";
    private static final String TYPE = "agent_type";

    private final DataSource dataSource;
    private final LoadStore load;
    private final DeadLetterDelivery deadLetters;
    private final AgentTrust trust;
    private final Duration every;
    private final MultiGauge depth;
    private final MultiGauge poolSize;
    private final MultiGauge utilization;
    private final MultiGauge cost;
    private final MultiGauge pending;
    private final MultiGauge inFlight;
    private final MultiGauge deadLetterEntries;
    private final MultiGauge breakers;
    private final StorageGauges storage;
    private final Timer timer = new Timer(LOG, "cluster-gauges");
    private volatile boolean running;
    private @Nullable Connection lock;

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
        this.load = new LoadStore(dataSource);
        this.deadLetters = deadLetters;
        this.trust = trust;
        this.storage = new StorageGauges(new TableSizes(dataSource), registry);
        this.every = every;
        this.depth = MultiGauge.builder("task_queue_depth")
                .description("Tasks that wait for capacity")
                .register(registry);
        this.poolSize = MultiGauge.builder("agent_pool_size")
                .description("Live agents of a pool")
                .register(registry);
        this.utilization = MultiGauge.builder("agent_utilization_ratio")
                .description("Slots of a pool in use, 0 to 1")
                .register(registry);
        this.cost = MultiGauge.builder("agent_cost_per_hour")
                .description("USD an hour of one agent of a pool")
                .register(registry);
        this.pending = MultiGauge.builder("pending_tasks_per_agent")
                .description("Tasks of the pool's first type that wait, for each of its agents")
                .register(registry);
        this.inFlight = MultiGauge.builder("tasks_in_flight")
                .description("Tasks at agents")
                .register(registry);
        this.deadLetterEntries = MultiGauge.builder("dead_letter_entries")
                .description("Dead letters that are open")
                .register(registry);
        this.breakers = MultiGauge.builder("circuit_breaker_state")
                .description("Of an agent: 0 closed, 1 half-open, 2 open")
                .register(registry);
    }

    @Override
    public void start() {
        running = true;
        timer.every(every, Duration.ZERO, "publishing cluster gauges", this::publish);
    }

    @Override
    public void stop() {
        running = false;
        timer.stop();
        release();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void publish() {
        try {
            if (holdsLock()) {
                publish(load.depths(), load.pools());
                publish(trust.phases());
                deadLetterEntries.register(List.of(MultiGauge.Row.of(Tags.empty(), deadLetters.countOpen())), true);
                storage.publish();
            } else {
                publish(List.of(), List.of());
                publish(Map.of());
                deadLetterEntries.register(List.of(), true);
                storage.withdraw();
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
        depth.register(rows(waiting), true);
        List<MultiGauge.Row<?>> sizes = new ArrayList<>();
        List<MultiGauge.Row<?>> loads = new ArrayList<>();
        List<MultiGauge.Row<?>> costs = new ArrayList<>();
        List<MultiGauge.Row<?>> waits = new ArrayList<>();
        List<MultiGauge.Row<?>> flying = new ArrayList<>();
        for (PoolLoad pool : pools) {
            Tags tags = Tags.of(TYPE, pool.pool());
            sizes.add(MultiGauge.Row.of(tags, pool.agents()));
            loads.add(MultiGauge.Row.of(tags, pool.slots() == 0 ? 0 : pool.running() / (double) pool.slots()));
            costs.add(MultiGauge.Row.of(tags, pool.costPerHourUsd()));
            waits.add(MultiGauge.Row.of(tags, byType.getOrDefault(pool.pool(), 0.0) / Math.max(1, pool.agents())));
            flying.add(MultiGauge.Row.of(tags, pool.running()));
        }
        poolSize.register(sizes, true);
        utilization.register(loads, true);
        cost.register(costs, true);
        pending.register(waits, true);
        inFlight.register(flying, true);
    }

    private void publish(Map<String, Phase> phases) {
        List<MultiGauge.Row<?>> states = new ArrayList<>();
        phases.forEach((agentId, phase) -> states.add(MultiGauge.Row.of(Tags.of("agent_id", agentId), figure(phase))));
        breakers.register(states, true);
    }

    /** By the published contract. */
    private static int figure(Phase phase) {
        return switch (phase) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private static List<MultiGauge.Row<?>> rows(Map<Tags, Double> values) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        values.forEach((tags, value) -> rows.add(MultiGauge.Row.of(tags, value)));
        return rows;
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
