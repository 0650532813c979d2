package io.agentorchestrator.store.schema;

import java.time.LocalDate;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.springframework.jdbc.core.simple.JdbcClient;

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

    private final DataSource database;

    public Schema(DataSource database) {
        this.database = database;
    }

    /**
     * Applies the migrations that are missing, then makes the partitions of the days to come.
     *
     * @throws ForeignSchemaException if other migrations than ours were applied
     */
    public void migrate() {
        Flyway flyway = Flyway.configure()
                .dataSource(database)
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
     * Makes the partitions from yesterday to {@value #DAYS_AHEAD} days ahead, by UTC, where they are missing.
     *
     * @return how many it made
     */
    public int ensurePartitions() {
        JdbcClient client = JdbcClient.create(database);
        LocalDate today = client.sql("select (now() at time zone 'UTC')::date")
                .query(LocalDate.class)
                .single();
        return client.sql("select ensure_partitions(?, ?)")
                .param(today.minusDays(1))
                .param(DAYS_AHEAD + 1)
                .query(Integer.class)
                .single();
    }
}
