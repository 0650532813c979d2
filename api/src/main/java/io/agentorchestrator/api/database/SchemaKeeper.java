package io.agentorchestrator.api.database;

import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.clock.DatabaseClock;
import io.agentorchestrator.store.schema.Schema;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Migrates the schema in the background from the start on, as often as it takes, then keeps its partitions ahead and the clock by the
 * database's. Its health is that of the schema: down until it is migrated.
 */
@Component("schema")
final class SchemaKeeper implements HealthIndicator, StoreFailures.SchemaState, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaKeeper.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration PARTITIONS_EVERY = Duration.ofMinutes(10);
    private static final Duration CLOCK_EVERY = Duration.ofSeconds(10);

    private final Schema schema;
    private final DatabaseClock clock;
    private final Thread thread;
    private volatile boolean migrated;
    private volatile String lastFailure = "the migration has not ended yet";

    SchemaKeeper(Schema schema, DatabaseClock clock) {
        this.schema = schema;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("schema-keeper").start(this::keep);
    }

    @Override
    public @Nullable Health health() {
        return migrated
                ? Health.up().build()
                : Health.down().withDetail("reason", lastFailure).build();
    }

    @Override
    public boolean isMigrated() {
        return migrated;
    }

    private void keep() {
        try {
            migrate();
            long partitionsMadeNanos = System.nanoTime();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(CLOCK_EVERY);
                guarded("The clock could not be set by the database's", clock::synchronize);
                if (System.nanoTime() - partitionsMadeNanos >= PARTITIONS_EVERY.toNanos()) {
                    partitionsMadeNanos = System.nanoTime();
                    guarded("Partitions could not be made", this::ensurePartitions);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void migrate() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!migrated) {
            try {
                schema.migrate();
                clock.synchronize();
                migrated = true;
                LOG.info("The schema is up to date");
            } catch (RuntimeException | Error e) {
                tell(e);
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /** Logs a failure once, however often it repeats. */
    private void tell(Throwable e) {
        String failure = String.valueOf(e.getMessage());
        if (failure.equals(lastFailure)) {
            return;
        }
        lastFailure = failure;
        if (StoreFailure.of(e).isOutage()) {
            LOG.warn("The schema cannot be migrated yet, trying on: {}", failure);
        } else {
            LOG.error("The schema cannot be migrated; this does not pass by itself, but is tried on", e);
        }
    }

    private void ensurePartitions() {
        int made = schema.ensurePartitions();
        if (made > 0) {
            LOG.info("Made {} partitions", made);
        }
    }

    /** Nothing that is thrown ends the keeper. */
    private static void guarded(String failed, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            if (StoreFailure.of(e).isOutage()) {
                LOG.warn("{}, trying again: {}", failed, e.getMessage());
            } else {
                LOG.error("{}, which is a mistake of ours; trying again", failed, e);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
