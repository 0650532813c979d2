package io.agentorchestrator.store.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentorchestrator.store.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One real PostgreSQL a JVM, started by its first user and stopped with the JVM. A test class takes a database of its own,
 * already migrated: it is copied from a template, which costs some tens of milliseconds.
 *
 * <pre>{@code
 * private static final TestDatabase database = PostgresServer.shared().newDatabase();
 * }</pre>
 */
public final class PostgresServer {
    private static final String TEMPLATE = "orchestrator_template";
    private static final int MAX_CONNECTIONS = 200;

    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** The JVM's server. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A fresh, migrated database. */
    public TestDatabase newDatabase() {
        return newDatabase(TEMPLATE);
    }

    /** A fresh database without anything in it. */
    public TestDatabase newEmptyDatabase() {
        return newDatabase("template1");
    }

    private synchronized TestDatabase newDatabase(String template) {
        String name = "test_" + databases.incrementAndGet();
        administrator().sql("create database " + name + " template " + template).update();
        return new TestDatabase(this, name);
    }

    /** Some thousands of files: at the JVM's exit those of all databases together would take longer than Surefire waits. */
    void drop(String name) {
        administrator().sql("drop database if exists " + name + " with (force)").update();
    }

    JdbcClient administrator() {
        return JdbcClient.create(server.getPostgresDatabase());
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
    }

    HikariDataSource connect(String database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl(database));
        config.setUsername(TestDatabase.USER);
        config.setPassword(TestDatabase.PASSWORD);
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private static PostgresServer start() {
        try {
            PostgresServer started = new PostgresServer(EmbeddedPostgres.builder()
                    .setPort(TestPorts.free())
                    .setServerConfig("max_connections", String.valueOf(MAX_CONNECTIONS))
                    .setServerConfig("fsync", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start());
            // As databases of users are: what has to be in the order of bytes says so.
            started.administrator()
                    .sql("create database " + TEMPLATE + " template template0 locale_provider icu icu_locale 'en-US'")
                    .update();
            try (HikariDataSource template = started.connect(TEMPLATE)) {
                new Schema(template).migrate();
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start", e);
        }
    }

    /** Starts the server when it is first asked for. */
    private static final class Shared {
        private static final PostgresServer SERVER = start();
    }
}
