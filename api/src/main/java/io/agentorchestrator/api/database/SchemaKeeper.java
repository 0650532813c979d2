package io.agentorchestrator.api.database;

import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.clock.DatabaseClock;
import io.agentorchestrator.store.loop.PollLoop;
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
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
    private static final Duration PARTITIONS_EVERY = Duration.ofMinutes(10);
    private static final Duration CLOCK_EVERY = Duration.ofSeconds(10);

    private final Schema schema;
    private final DatabaseClock clock;
    private final PollLoop migration = new PollLoop("schema-migration", AGAIN_AFTER, this::migrate);
    private final PollLoop partitions = new PollLoop("partitions", PARTITIONS_EVERY, this::ensurePartitions);
    private final PollLoop setting;
    private volatile boolean migrated;
    private volatile String lastFailure = "the migration has not ended yet";

    SchemaKeeper(Schema schema, DatabaseClock clock) {
        this.schema = schema;
        this.clock = clock;
        this.setting = new PollLoop("clock", CLOCK_EVERY, clock::synchronize);
        migration.start();
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

    private void migrate() {
        try {
            schema.migrate();
            clock.synchronize();
        } catch (RuntimeException | Error failure) {
            lastFailure = String.valueOf(failure.getMessage());
            throw failure;
        }
        migrated = true;
        LOG.info("The schema is up to date");
        if (migration.isRunning()) {
            migration.stop();
            partitions.startAfter(PARTITIONS_EVERY);
            setting.startAfter(CLOCK_EVERY);
        }
    }

    private void ensurePartitions() {
        int made = schema.ensurePartitions();
        if (made > 0) {
            LOG.info("Made {} partitions", made);
        }
    }

    @Override
    public void close() {
        migration.stop();
        partitions.stop();
        setting.stop();
    }
}
