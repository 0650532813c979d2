package io.agentorchestrator.store.schema;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * The schema of one database. Both operations may run at any time, repeatedly and from several processes at once: they take
 * locks in the database. Both throw Spring's or Flyway's unchecked exceptions if the database is away. Thread-safe.
 */
public final class Schema {
    /**
     * Days ahead of the clock whose weeks' partitions are made. Few: most statements look into every partition there is, which costs a few
     * microseconds of processor time each; and what falls behind them is kept by the default partition.
     */
    public static final int DAYS_AHEAD = 3;

    private final DataSource migrations;
    private final Partitions partitions;

    public Schema(DataSource database) {
        this(database, database);
    }

    /**
     * A schema that is migrated by other connections than its partitions are made by.
     *
     * @param migrations connections without time limits: a migration may take long
     * @param database connections that are given up where the server does not answer, for partitions are made for as long as the process runs;
     *     they are to wait longer than {@link Partitions#STATEMENT_TIMEOUT}
     */
    public Schema(DataSource migrations, DataSource database) {
        this.migrations = migrations;
        this.partitions = new Partitions(database);
    }

    /**
     * Applies the migrations that are missing, then makes the partitions of the days to come.
     *
     * @throws ForeignSchemaException if other migrations than ours were applied
     */
    public void migrate() {
        Flyway flyway = Flyway.configure()
                .dataSource(migrations)
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load();
        try {
            flyway.migrate();
        } catch (FlywayValidateException foreign) {
            throw new ForeignSchemaException(foreign);
        }
        ensurePartitions();
    }

    /**
     * Makes the partitions from yesterday to {@value #DAYS_AHEAD} days ahead, by UTC, where they are missing: each in a transaction of its
     * own, which waits for others only briefly and is tried again.
     *
     * @return how many it made
     * @throws org.springframework.dao.DataAccessException if one could not be made, after the others were
     */
    public int ensurePartitions() {
        return partitions.ensure(1, DAYS_AHEAD);
    }
}
