package io.agentorchestrator.api.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentorchestrator.store.agent.AgentConnectionStore;
import io.agentorchestrator.store.agent.AgentDrains;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.budget.BudgetChanges;
import io.agentorchestrator.store.budget.CostStore;
import io.agentorchestrator.store.budget.PeriodBudgetStore;
import io.agentorchestrator.store.clock.DatabaseClock;
import io.agentorchestrator.store.command.ChangeStore;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.limit.LimitReader;
import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.reading.DagReader;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.schema.Partitions;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.store.submission.IdempotencyStore;
import io.agentorchestrator.store.submission.SubmissionStore;
import io.agentorchestrator.store.tenant.ApiProcessStore;
import io.agentorchestrator.store.tenant.OpenTaskStore;
import io.agentorchestrator.store.tenant.TenantStore;
import io.agentorchestrator.store.waiting.WaitReader;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The pool, the schema and the repositories. */
@Configuration(proxyBeanMethods = false)
@Import({
    SubmissionStore.class,
    AgentConnectionStore.class,
    CrossRunDependents.class,
    CommandStore.class,
    ChangeStore.class,
    UseStore.class,
    DagRerun.class,
    SettingStore.class,
    TypeTimeStore.class,
    TenantStore.class,
    LimitStore.class,
    BudgetChanges.class,
    PeriodBudgetStore.class,
    ApiProcessStore.class,
    AgentRegistry.class,
    AgentDrains.class
})
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {
    private static final String APPLICATION = "orchestrator-api";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    /** Counting two million tasks takes a second, and many more on a machine that is busy otherwise. */
    private static final Duration COUNTING_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration GRACE = Duration.ofSeconds(2);
    /** A plan outlives the emptiness of a new partition: it must not read it from end to end because it was empty then. */
    private static final String BY_INDEX = " -c enable_seqscan=off";

    /** A bitmap leads to rows where the index alone says all; a plan that was made for an empty partition would look them up. */
    private static final String WITHOUT_ROWS = " -c enable_bitmapscan=off";

    @Bean
    HikariDataSource dataSource(DatabaseProperties properties) {
        return pool("api", properties, properties.poolSize(), properties.statementTimeout(), "");
    }

    /** For lists and event streams. Not a data source to others, so that nobody takes the one for the other. */
    @Bean
    ReadingPool readingPool(DatabaseProperties properties) {
        return new ReadingPool(
                pool("api-reading", properties, properties.readingPoolSize(), properties.readingTimeout(), BY_INDEX));
    }

    /** For counts of all open tasks, which take longer than requests may. */
    @Bean
    CountingPool countingPool(DatabaseProperties properties) {
        return new CountingPool(pool("api-counting", properties, 1, COUNTING_TIMEOUT, BY_INDEX + WITHOUT_ROWS));
    }

    private static HikariDataSource pool(
            String name, DatabaseProperties properties, int size, Duration statementTimeout, String options) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(properties.url());
        config.setUsername(properties.user());
        config.setPassword(properties.password());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(properties.connectionTimeout().toMillis());
        config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
        // The application starts whether or not PostgreSQL is there yet; readiness tells.
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", APPLICATION);
        config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT.toSeconds());
        config.addDataSourceProperty(
                "socketTimeout", statementTimeout.plus(GRACE).toSeconds());
        // Pages of lists are small: processes that help with one cost more than it does, and take processors from
        // submissions. A process that is stopped within a transaction keeps nobody waiting for what it has locked.
        config.addDataSourceProperty(
                "options",
                "-c max_parallel_workers_per_gather=0 -c idle_in_transaction_session_timeout=5s -c statement_timeout="
                        + statementTimeout.toMillis() + options);
        return new HikariDataSource(config);
    }

    /** The schema, on connections without the time limits of requests: a migration may take longer, and so may a partition. */
    @Bean
    Schema databaseSchema(DatabaseProperties properties) {
        Properties limits = new Properties();
        limits.setProperty(
                "socketTimeout",
                String.valueOf(Partitions.STATEMENT_TIMEOUT.plus(GRACE).toSeconds()));
        return new Schema(unpooled(properties, new Properties()), unpooled(properties, limits));
    }

    private static DriverManagerDataSource unpooled(DatabaseProperties properties, Properties limits) {
        DriverManagerDataSource connections =
                new DriverManagerDataSource(properties.url(), properties.user(), properties.password());
        limits.setProperty("ApplicationName", APPLICATION);
        limits.setProperty("tcpKeepAlive", "true");
        connections.setConnectionProperties(limits);
        return connections;
    }

    @Bean
    IdempotencyStore idempotencyStore(DataSource dataSource) {
        return new IdempotencyStore(dataSource);
    }

    @Bean
    DeadLetterStore deadLetterStore(DataSource dataSource, ReadingPool reading, Uuid7 ids) {
        return new DeadLetterStore(dataSource, reading.pool(), ids);
    }

    @Bean
    OpenTaskStore openTaskStore(CountingPool counting) {
        return new OpenTaskStore(counting.pool());
    }

    @Bean
    EventReader eventReader(ReadingPool reading) {
        return new EventReader(reading.pool());
    }

    @Bean
    TaskReader taskReader(ReadingPool reading) {
        return new TaskReader(reading.pool());
    }

    @Bean
    DagReader dagReader(ReadingPool reading) {
        return new DagReader(reading.pool());
    }

    @Bean
    ClusterLoadStore loadStore(ReadingPool reading) {
        return new ClusterLoadStore(reading.pool());
    }

    /** Ids and times go by the database, whatever this machine's clock shows. */
    @Bean
    DatabaseClock clock(DataSource dataSource) {
        return new DatabaseClock(dataSource);
    }

    @Bean
    WaitReader waitReader(ReadingPool reading) {
        return new WaitReader(reading.pool());
    }

    @Bean
    LimitReader limitReader(ReadingPool reading) {
        return new LimitReader(reading.pool());
    }

    @Bean
    CostStore costStore(ReadingPool reading) {
        return new CostStore(reading.pool());
    }

    /** Connections for counts. */
    record CountingPool(HikariDataSource pool) implements AutoCloseable {
        @Override
        public void close() {
            pool.close();
        }
    }

    /** Connections for lists and event streams. */
    record ReadingPool(HikariDataSource pool) implements AutoCloseable {
        @Override
        public void close() {
            pool.close();
        }
    }
}
