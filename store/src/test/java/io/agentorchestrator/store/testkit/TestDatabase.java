package io.agentorchestrator.store.testkit;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One database of the test server. Closing it closes the pool of {@link #dataSource()}; the data go with the server. */
public final class TestDatabase implements AutoCloseable {
    public static final String USER = "postgres";
    public static final String PASSWORD = "postgres";

    private final PostgresServer server;
    private final String name;
    private final HikariDataSource dataSource;

    TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
        this.dataSource = server.connect(name);
    }

    /** A pool of up to ten connections. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** A client on {@link #dataSource()}. */
    public JdbcClient client() {
        return JdbcClient.create(dataSource);
    }

    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** Cuts every connection and refuses new ones, until {@link #comeBack()}. */
    public void goAway() {
        JdbcClient administrator = server.administrator();
        administrator.sql("alter database " + name + " allow_connections false").update();
        administrator
                .sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")
                .param(name)
                .query(Boolean.class)
                .list();
    }

    /** Accepts connections again. */
    public void comeBack() {
        server.administrator()
                .sql("alter database " + name + " allow_connections true")
                .update();
    }

    @Override
    public void close() {
        dataSource.close();
        server.drop(name);
    }
}
